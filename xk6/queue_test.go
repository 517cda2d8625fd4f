package slotstorm

import (
	"strings"
	"testing"
)

const statusPath, resultPath = "GET /queue/a/b/requests/r1/status", "GET /queue/a/b/requests/r1"

func TestSubscribeSubmitsPollsAndFetchesTheResult(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_QUEUE"), status("IN_PROGRESS"), completed(`,"metrics":{"inference_time":2.5}`), ok(`{"images":[]}`)))
	s.run(client("js") + `const call = fal.subscribe('a/b/c', {}, { hint: { serviceUs: 5 }, tags: { wave: 1 } });`)
	s.wantText(`[call.mode, call.id, call.outcome, call.polls, call.attempts, call.runMs, call.body].join()`, `subscribe,r1,ok,3,1,2500,{"images":[]}`)
	s.wantPaths("POST /queue/a/b/c", statusPath, statusPath, statusPath, resultPath)
	s.wantSums(map[string]float64{"fal_requests": 1, "fal_accepted": 1, "fal_polls": 3, "fal_attempts": 1, "fal_retries": 0, "fal_run_time": 2500, "fal_gave_up": 0})
	if hint := s.requests()[0].headers.Get("X-Slotstorm-Call"); hint != "mode=subscribe;called=0;service=5;end=ok;repeat=0" {
		t.Errorf("the submit carried the hint %q", hint)
	}
	tags := s.values("fal_time_to_result")[0].Tags.Map()
	if tags["endpoint"] != "a/b/c" || tags["mode"] != "subscribe" || tags["outcome"] != "ok" || tags["wave"] != "1" {
		t.Errorf("the time to result carried the tags %v", tags)
	}
	// The second poll, which saw work, came a poll interval after the first one: 500 ms.
	if queued := s.sum("fal_queue_time"); queued < 500 {
		t.Errorf("it queued for %v ms, wanted at least one poll interval", queued)
	}
}

func TestSamplesOfStatusRequestsShareOneName(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), completed(``), ok(`{}`)))
	s.run(client("js") + `fal.subscribe('a/b');`)
	var names []string
	for _, sample := range s.values("http_reqs") {
		name, _ := sample.Tags.Get("name")
		url, _ := sample.Tags.Get("url")
		names = append(names, name, url)
	}
	if got := strings.Join(names, ","); got != "fal subscribe,fal subscribe,fal status,fal status,fal result,fal result" {
		t.Errorf("http_reqs carried the names and addresses %s", got)
	}
}

func TestWorkThatGoesBackToTheQueueIsSeenAsARequeue(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_PROGRESS"), status("IN_QUEUE"), status("IN_PROGRESS"), completed(``), ok(`{}`)))
	s.run(client("js") + `const call = fal.subscribe('a/b');`)
	s.wantText(`call.requeues`, "1")
	s.wantSums(map[string]float64{"fal_requeues": 1})
}

func TestA401WhilePollingEndsTheCallWithoutACancel(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_PROGRESS"), said{status: 401, body: `{}`}))
	s.run(client("js") + `const call = fal.subscribe('a/b');`)
	s.wantText(`call.outcome`, "unauthorized")
	s.wantPaths("POST /queue/a/b", statusPath, statusPath)
}

func TestAClientTimeoutCancelsOnce(t *testing.T) {
	for _, sdk := range []string{"js", "python-async"} {
		s := newScene(t, inOrder(submitted("r1"), status("IN_QUEUE")))
		s.run(client(sdk) + `const call = fal.subscribe('a/b', {}, { clientTimeout: 0.05 });`)
		s.wantText(`call.outcome`, "gave_up")
		s.wantPaths("POST /queue/a/b", statusPath, "PUT /queue/a/b/requests/r1/cancel")
		s.wantSums(map[string]float64{"fal_gave_up": 1, "fal_zombie_polls": 0})
	}
}

func TestPythonSendsItsTimeoutAsStartTimeoutAndJavaScriptDoesNot(t *testing.T) {
	for sdk, wanted := range map[string]string{"python": "3", "js": ""} {
		s := newScene(t, inOrder(submitted("r1"), completed(``), ok(`{}`)))
		s.run(client(sdk) + `fal.subscribe('a/b', {}, { clientTimeout: 3 });`)
		if got := s.requests()[0].headers.Get("X-Fal-Request-Timeout"); got != wanted {
			t.Errorf("%s sent %q as start timeout, wanted %q", sdk, got, wanted)
		}
	}
}

func TestAPythonPollerOutlivesItsCallUntilTheRequestIsOver(t *testing.T) {
	s := newScene(t, func(n int, _ heard) said {
		switch {
		case n == 0:
			return submitted("r1")
		case n < 8:
			return status("IN_PROGRESS")
		default:
			return completed(``)
		}
	})
	s.run(client("python") + `const call = fal.subscribe('a/b', {}, { clientTimeout: 0.05 }); fal.settle();`)
	s.wantText(`call.outcome + ' ' + call.polls`, "gave_up 1")
	s.wantSums(map[string]float64{"fal_zombie_polls": 6, "fal_gave_up": 1})
	if heard := len(s.requests()); heard != 9 {
		t.Errorf("the server heard %d requests, wanted submit, poll, cancel and six zombie polls", heard)
	}
}

func TestWhoIsOutOfPatienceCancelsWhatHasNotBegun(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_QUEUE")))
	s.run(client("js") + `const call = fal.follow(fal.submit('a/b', {}, { patience: 0.05 }));`)
	s.wantText(`call.outcome`, "cancelled")
	paths := s.paths()
	if last := paths[len(paths)-1]; last != "PUT /queue/a/b/requests/r1/cancel" || strings.Count(strings.Join(paths, " "), "PUT") != 1 {
		t.Errorf("the server heard %v, wanted one cancel at the end", paths)
	}
}

func TestPatienceDoesNotEndWorkThatHasBegun(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_PROGRESS"), status("IN_PROGRESS"), completed(``), ok(`{}`)))
	s.run(client("js") + `const call = fal.subscribe('a/b', {}, { patience: 0.05 });`)
	s.wantText(`call.outcome`, "ok")
}

func TestAFailureSaysWhichOneItWas(t *testing.T) {
	for _, c := range []struct{ rest, wanted string }{
		{`,"error":"boom"`, "failed"},
		{`,"error":"late","error_type":"startup_timeout"`, "start_timeout"},
		{`,"error":"The request was cancelled by its caller","error_type":"client_cancelled"`, "cancelled"},
		{`,"error":"The key that this request was made with has been revoked","error_type":"client_cancelled"`, "revoked"},
		{``, "ok"},
	} {
		s := newScene(t, inOrder(submitted("r1"), completed(c.rest)))
		s.run(client("js") + `const call = fal.submit('a/b'); const status = fal.poll(call);`)
		s.wantText(`status.status + ' ' + call.outcome`, "COMPLETED "+c.wanted)
		s.run(`fal.poll(call)`)
		s.wantSums(map[string]float64{"fal_requests": 1})
	}
}

func TestASubmittedRequestStaysOpenUntilSomebodySeesItsEnd(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), status("IN_QUEUE"), said{status: 400, body: `{"detail":"Request is still in progress"}`}, ok(`{"n":1}`)))
	s.run(client("js") + `const call = fal.submit('a/b'); const seen = fal.poll(call); fal.result(call);`)
	s.wantText(`[seen.status, seen.queuePosition, seen.inferenceTime, call.outcome, call.elapsedMs].join()`, "IN_QUEUE,3,,open,")
	s.wantSums(map[string]float64{"fal_requests": 0, "fal_accepted": 1})
	s.run(`fal.result(call)`)
	s.wantText(`call.outcome + call.body`, `ok{"n":1}`)
}

func TestASubmitThatIsRefusedEndsTheCall(t *testing.T) {
	for refusal, wanted := range map[int]string{401: "unauthorized", 403: "failed", 404: "failed"} {
		s := newScene(t, inOrder(said{status: refusal, body: `{"detail":"no"}`}))
		s.run(client("js") + `const call = fal.subscribe('a/b');`)
		s.wantText(`[call.outcome, call.attempts, call.accepted].join()`, wanted+",1,false")
	}
}

func TestATargetThatIsNoQueueIsSaidToBeNone(t *testing.T) {
	for _, body := range []string{"<html>\x1b[31mhello</html>", `{"request_id":"../../v1/keys"}`, `{}`} {
		s := newScene(t, inOrder(ok(body)))
		s.run(client("js") + `const call = fal.submit('a/b');`)
		s.wantText(`call.outcome + (call.id === '')`, "failedtrue")
		if trouble := s.run(`call.trouble`).String(); !strings.HasPrefix(trouble, "expected a queue that answers with request_id, got") || strings.Contains(trouble, "\x1b") {
			t.Errorf("the trouble is %q", trouble)
		}
	}
}

func TestNamespacesStayInTheAddressOfARequest(t *testing.T) {
	s := newScene(t, inOrder(submitted("r1"), said{status: 202, body: `{"status":"CANCELLATION_REQUESTED"}`}))
	s.run(client("js") + `const call = fal.submit('workflows/me/mine/v2');`)
	s.wantText(`fal.cancel(call)`, "202")
	s.wantPaths("POST /queue/workflows/me/mine/v2", "PUT /queue/workflows/me/mine/requests/r1/cancel")
}

func TestSlotsAreNotedInGauges(t *testing.T) {
	s := newScene(t, inOrder(ok(`{"account":"acme","limit":10,"live":6,"stuck":6,"queued":1}`)))
	s.run(client("js") + `const slots = fal.slots({ account: 'acme' });`)
	s.wantText(`[slots.account, slots.limit, slots.inUse, slots.leaked, slots.queued].join()`, "acme,10,6,6,1")
	s.wantSums(map[string]float64{"slots_in_use": 6, "slots_leaked": 6})
	s.wantPaths("GET /v1/account/concurrency")
}
