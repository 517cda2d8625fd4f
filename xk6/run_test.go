package slotstorm

import (
	"context"
	"testing"
	"time"
)

// client is a script in which backoffs of seconds pass in milliseconds.
func client(sdk string) string {
	return "const fal = new Client({ url, key: 'id:secret', speed: 1000, sdk: '" + sdk + "' });"
}

func TestRunTriesA429AgainAsOftenAsItsSDKDoes(t *testing.T) {
	for sdk, attempts := range map[string]float64{"js": 4, "python": 10, "python-async": 10, "none": 1} {
		t.Run(sdk, func(t *testing.T) {
			s := newScene(t, inOrder(tooMany()))
			s.run(client(sdk) + `const call = fal.run('a/b/c', { n: 1 });`)
			s.wantText(`call.outcome + ' ' + call.attempts`, "gave_up "+number(attempts))
			s.wantSums(map[string]float64{"fal_attempts": attempts, "fal_retries": attempts - 1, "fal_refusals": attempts, "fal_gave_up": 1, "fal_requests": 1, "fal_accepted": 0, "fal_queue_time": 0, "http_reqs": attempts})
			if first := s.requests()[0]; first.path != "/run/a/b/c" || first.body != `{"n":1}` || first.headers.Get("Authorization") != "Key id:secret" {
				t.Errorf("the first attempt was %+v", first)
			}
		})
	}
}

func TestRunThatGetsThroughCountsItsQueueTimeUpToTheLastAttempt(t *testing.T) {
	s := newScene(t, inOrder(tooMany(), tooMany(), ok(`{"images":[]}`)))
	s.run(client("js") + `const call = fal.run('a/b');`)
	s.wantText(`[call.outcome, call.ok, call.attempts, call.refusals, call.body, call.trouble].join()`, `ok,true,3,2,{"images":[]},`)
	// Two backoffs of 0.5 s and 1 s, each ±25 %.
	queued := s.sum("fal_queue_time")
	if queued < 1125 {
		t.Errorf("it queued for %v ms, wanted the two backoffs in it", queued)
	}
	if total := s.sum("fal_time_to_result"); total < queued {
		t.Errorf("the result came after %v ms, before the work began", total)
	}
}

func TestTheEndOfTheStartDeadlineIsNotTriedAgain(t *testing.T) {
	for _, sdk := range []string{"js", "python"} {
		s := newScene(t, inOrder(said{status: 504, body: `{}`, headers: map[string]string{"X-Fal-Request-Timeout-Type": "user"}}))
		s.run(client(sdk) + `const call = fal.run('a/b', {}, { startTimeout: 2.5 });`)
		s.wantText(`call.outcome + ' ' + call.attempts`, "start_timeout 1")
		if sent := s.requests()[0].headers.Get("X-Fal-Request-Timeout"); sent != "2.5" {
			t.Errorf("%s sent %q s as start timeout", sdk, sent)
		}
	}
}

func TestAnOutageIsTriedAgainByJavaScriptOnly(t *testing.T) {
	for sdk, wanted := range map[string]string{"js": "gave_up 4", "python": "gave_up 1"} {
		s := newScene(t, inOrder(infrastructure(503, "runner_scheduling_failure")))
		s.run(client(sdk) + `const call = fal.run('a/b');`)
		s.wantText(`call.outcome + ' ' + call.attempts`, wanted)
	}
}

func TestPythonTriesAgainWhatAProxyInBetweenAnswered(t *testing.T) {
	s := newScene(t, inOrder(said{status: 503, body: "<center>nginx</center>"}, ok(`{}`)))
	s.run(client("python") + `const call = fal.run('a/b');`)
	s.wantText(`call.outcome + ' ' + call.attempts`, "ok 2")
}

func TestAnAttemptAfterLostWorkSaysThatItIsARepeat(t *testing.T) {
	s := newScene(t, inOrder(tooMany(), infrastructure(503, "runner_disconnected"), ok(`{}`)))
	s.run(client("js") + `fal.run('a/b', {}, { hint: { calledUs: 7, serviceUs: 9, end: 'failed' } });`)
	wanted := []string{"0", "0", "1"}
	for n, request := range s.requests() {
		if got := request.headers.Get("X-Slotstorm-Call"); got != "mode=run;called=7;service=9;end=failed;repeat="+wanted[n] {
			t.Errorf("attempt %d carried the hint %q", n+1, got)
		}
	}
}

func TestAModelThatFailsIsAnAnswer(t *testing.T) {
	s := newScene(t, inOrder(said{status: 422, body: `{"detail":[]}`}))
	s.run(client("js") + `const call = fal.run('a/b');`)
	s.wantText(`[call.outcome, call.attempts, call.httpStatus, call.trouble].join()`, `failed,1,422,422 {"detail":[]}`)
	s.wantSums(map[string]float64{"fal_gave_up": 0, "fal_accepted": 1})
}

func TestARefusedKeyEndsTheCall(t *testing.T) {
	s := newScene(t, inOrder(said{status: 401, body: `{"detail":"invalid key credentials"}`}))
	s.run(client("js") + `const call = fal.run('a/b');`)
	s.wantText(`call.outcome + ' ' + call.attempts`, "unauthorized 1")
}

func TestATargetThatIsDownIsTriedAgainAndGivenUp(t *testing.T) {
	s := newScene(t, inOrder(ok(`{}`)))
	s.server.Close()
	s.run(client("js") + `const call = fal.run('a/b');`)
	s.wantText(`[call.outcome, call.attempts, call.httpStatus, call.trouble !== ''].join()`, "gave_up,4,0,true")
}

func TestABackoffEndsWithItsVirtualUser(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	s := newScene(t, func(int, heard) said { return tooMany() })
	s.runtime.VU.CtxField = ctx
	done := make(chan struct{})
	go func() {
		defer close(done)
		// At speed 1/1000 the first backoff alone would take minutes.
		s.run(`const fal = new Client({ url, speed: 0.001 }); const call = fal.run('a/b');`)
	}()
	// The first answer has come once its samples have.
	s.samples <- <-s.samples
	stop()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the backoff went on")
	}
	s.wantText(`call.outcome`, "open")
	s.wantSums(map[string]float64{"fal_requests": 0})
}

func TestARedirectIsNotFollowedForItWouldTakeTheKeyAlong(t *testing.T) {
	s := newScene(t, inOrder(said{status: 307, headers: map[string]string{"Location": "/elsewhere"}}))
	s.run(client("js") + `const call = fal.run('a/b');`)
	s.wantText(`call.outcome + ' ' + call.httpStatus`, "failed 307")
	s.wantPaths("POST /run/a/b")
}

func TestLatenciesCountFromThePlannedTime(t *testing.T) {
	s := newScene(t, inOrder(ok(`{}`)))
	s.run(`const fal = new Client({ url, speed: 10 }); const call = fal.run('a/b', {}, { plannedAt: Date.now() - 1000 });`)
	if elapsed := s.run(`call.elapsedMs`).ToFloat(); elapsed < 9_990 {
		t.Errorf("a call that was planned 10 s of the server's time ago took %v ms", elapsed)
	}
}
