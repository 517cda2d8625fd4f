package slotstorm

import "github.com/grafana/sobek"

// Run makes a direct call: refused at the limit, and sent again as the SDK does. It throws on mistakes of the script only;
// what the server does is in the call that it returns.
func (c *Client) Run(endpoint string, input, options sobek.Value) (*Call, error) {
	s, call, err := c.open(modeRun, c.settings.runURL, endpoint, input, options)
	if err != nil {
		return nil, err
	}
	a, isThrough := s.handIn(s.settings.sdk.run, call, c.settings.runURL+"/"+endpoint)
	call.heard(a, s.settings.trouble(a))
	if !isThrough {
		return call, nil
	}
	call.ID = a.header("X-Fal-Request-Id")
	s.runOver(call, a)
	return call, nil
}

func (s *session) runOver(call *Call, a answer) {
	outcome := s.settings.sdk.outcomeOfAnswer(a)
	if outcome == outcomeFailed && a.turnedAway() {
		outcome = outcomeGaveUp
	}
	if outcome == outcomeOk || (outcome == outcomeFailed && !a.lostWork()) {
		// A direct call is never queued: its work began when the attempt that got through was sent.
		call.Accepted = true
		call.started(s.settings.clock.between(call.order.planned, a.sentAt))
		call.worked(s.settings.clock.between(a.sentAt, a.doneAt))
		s.count(call, s.meters.accepted)
	}
	s.end(call, outcome)
}
