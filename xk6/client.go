package slotstorm

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
)

// Client speaks fal's API for one key. Its methods block their virtual user, as those of k6/http do.
type Client struct {
	settings *settings
	wire     *wire
	vu       modules.VU
	meters   *meters
	// Pollers whose callers have given up.
	zombies sync.WaitGroup
}

// session is what one call of a method works with.
type session struct {
	*Client
	ctx   context.Context
	state *lib.State
}

func (c *Client) session() (*session, error) {
	state := c.vu.State()
	if state == nil {
		return nil, errNoVU
	}
	return &session{Client: c, ctx: c.vu.Context(), state: state}, nil
}

// open begins a call.
func (c *Client) open(mode, base, endpoint string, input, options sobek.Value) (*session, *Call, error) {
	s, err := c.session()
	if err != nil {
		return nil, nil, err
	}
	if base == "" {
		return nil, nil, fmt.Errorf("%s: expected the client to have url or %s, got neither", mode, addressFor(mode))
	}
	o, err := readOrder(c.vu.Runtime(), mode, endpoint, input, options)
	if err != nil {
		return nil, nil, err
	}
	return s, newCall(o, s.state.Tags.GetCurrentValues()), nil
}

func addressFor(mode string) string {
	if mode == modeRun {
		return "runUrl"
	}
	return "queueUrl"
}

// try sends an exchange until an answer stands or the client has no attempts left. Before each further one it waits.
// It returns the last answer, and false where the virtual user was stopped meanwhile.
func (s *session) try(rule retryRule, call *Call, next func() exchange, each func(answer)) (answer, bool) {
	for attempt := 1; ; attempt++ {
		a := s.wire.send(s.ctx, s.state, next(), call.tags)
		if s.ctx.Err() != nil {
			return a, false
		}
		if each != nil {
			each(a)
		}
		if attempt >= rule.attempts || !s.settings.sdk.wantsAgain(rule, a, call.order.deadlineFor(s.settings.sdk) > 0) {
			return a, true
		}
		if !sleepUntil(s.ctx, s.settings.clock.after(a.doneAt, s.settings.sdk.pauseBefore(rule, attempt))) {
			return a, false
		}
	}
}

// handIn counts the attempts that hand work in.
func (s *session) handIn(rule retryRule, call *Call, url string) (answer, bool) {
	isRepeat := false
	return s.try(rule, call, func() exchange {
		call.Attempts++
		headers := call.order.headersFor(s.settings.sdk, isRepeat)
		return exchange{method: http.MethodPost, url: url, name: "fal " + call.Mode, headers: headers, body: call.order.body}
	}, func(a answer) {
		if a.status == http.StatusTooManyRequests {
			call.Refusals++
		}
		isRepeat = isRepeat || a.lostWork()
	})
}

// end settles a call and tells its metrics, once.
func (s *session) end(call *Call, outcome string) {
	if !call.isOpen() {
		return
	}
	call.end(outcome, s.settings.clock.since(call.order.planned))
	s.meters.callOver(s.ctx, s.state, call)
}
