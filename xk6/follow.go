package slotstorm

import (
	"net/http"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/metrics"
)

// A poller that nobody waits for ends at the latest after so many polls: over two days of the server's time.
const mostZombiePolls = 2_000_000

// Subscribe submits, polls until the request is over, and fetches its result, as the SDK does.
func (c *Client) Subscribe(endpoint string, input, options sobek.Value) (*Call, error) {
	s, call, err := c.open(modeSubscribe, c.settings.queueURL, endpoint, input, options)
	if err != nil {
		return nil, err
	}
	if s.submit(call) {
		s.follow(call)
	}
	return call, nil
}

// Follow waits for the end of a request that submit handed in, as subscribe does.
func (c *Client) Follow(call *Call) (*Call, error) {
	s, err := c.sessionFor("follow", call)
	if err != nil {
		return nil, err
	}
	if call.isOpen() {
		s.follow(call)
	}
	return call, nil
}

// follow polls at once and then in the rhythm of the call's beginning. A 401 ends it without a cancel: both SDKs do so.
func (s *session) follow(call *Call) {
	for {
		status, isThrough := s.poll(call)
		switch {
		case !isThrough:
			return
		case status.HTTPStatus == http.StatusUnauthorized:
			s.end(call, outcomeUnauthorized)
			return
		case status.Status == "COMPLETED":
			s.result(call)
			return
		case status.Status == "":
			s.end(call, outcomeFailed)
			return
		case s.isOutOfPatience(call):
			s.giveUp(call)
			return
		}
		if !sleepUntil(s.ctx, s.nextLook(call)) {
			return
		}
		if s.hasPassed(call, call.order.clientTimeout) {
			s.giveUp(call)
			return
		}
	}
}

// nextLook is the next poll, or what comes before it: the client's timeout, or the end of its patience.
func (s *session) nextLook(call *Call) time.Time {
	every := s.settings.sdk.pollEvery
	passed := s.settings.clock.since(call.order.began)
	look := (passed/every + 1) * every
	for _, limit := range []time.Duration{call.order.clientTimeout, call.order.patience} {
		if limit > passed {
			look = min(look, limit)
		}
	}
	return s.settings.clock.after(call.order.began, look)
}

// Work that has begun is waited for, also when it was lost and is queued again.
func (s *session) isOutOfPatience(call *Call) bool {
	return !call.hasStarted && s.hasPassed(call, call.order.patience)
}

// hasPassed takes 0 for a wait without end.
func (s *session) hasPassed(call *Call, wait time.Duration) bool {
	return wait > 0 && s.settings.clock.since(call.order.began) >= wait
}

// giveUp cancels once, as both SDKs do. Python's poller goes on behind its caller's back until the request is over.
func (s *session) giveUp(call *Call) {
	if call.Mode == modeSubmit {
		// Nobody waited on a connection: whoever cancels a submitted request has not given up, but cancelled it.
		s.cancel(call)
		s.end(call, outcomeCancelled)
		return
	}
	s.end(call, outcomeGaveUp)
	s.cancel(call)
	if s.settings.sdk.zombiePoller {
		requestURL, tags := s.requestURL(call), call.tags.Clone()
		s.zombies.Go(func() { s.pollAsZombie(requestURL, tags) })
	}
}

// Settle waits for pollers that go on after their callers have given up. They end with their virtual user at the latest:
// whoever wants all their polls counted settles before it does.
func (c *Client) Settle() {
	c.zombies.Wait()
}

func (s *session) pollAsZombie(requestURL string, tags metrics.TagsAndMeta) {
	for range mostZombiePolls {
		next := s.settings.clock.after(time.Now(), s.settings.sdk.pollEvery)
		if !sleepUntil(s.ctx, next) {
			return
		}
		a := s.wire.send(s.ctx, s.state, statusExchange(requestURL, "fal zombie status"), tags.Clone())
		if s.ctx.Err() != nil {
			return
		}
		push(s.ctx, s.state, tags, reading{s.meters.zombiePolls, 1})
		if a.isOver() {
			return
		}
	}
}
