package slotstorm

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/metrics"
)

// An id goes into addresses.
var requestIDShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// Status is what the queue says of a request.
type Status struct {
	// IN_QUEUE, IN_PROGRESS, COMPLETED; "" where the answer held none.
	Status string `js:"status"`
	// -1: not said.
	QueuePosition int    `js:"queuePosition"`
	HTTPStatus    int    `js:"httpStatus"`
	Error         string `js:"error"`
	ErrorType     string `js:"errorType"`
	// Seconds of the server's time; nil: not said.
	InferenceTime *float64 `js:"inferenceTime"`
}

type statusBody struct {
	Status        string `json:"status"`
	RequestID     string `json:"request_id"`
	QueuePosition *int   `json:"queue_position"`
	Error         string `json:"error"`
	ErrorType     string `json:"error_type"`
	Metrics       struct {
		InferenceTime *float64 `json:"inference_time"`
	} `json:"metrics"`
}

// Submit hands a request in. Ask poll, follow or result for what becomes of it.
func (c *Client) Submit(endpoint string, input, options sobek.Value) (*Call, error) {
	s, call, err := c.open(modeSubmit, c.settings.queueURL, endpoint, input, options)
	if err != nil {
		return nil, err
	}
	s.submit(call)
	return call, nil
}

// submit returns whether the request was accepted.
func (s *session) submit(call *Call) bool {
	a, isThrough := s.handIn(s.settings.sdk.submit, call, s.settings.queueURL+"/"+call.Endpoint)
	call.heard(a, s.settings.trouble(a))
	if !isThrough {
		return false
	}
	var said statusBody
	if !a.isFine() {
		s.end(call, outcomeOfRefusedSubmit(a))
		return false
	}
	if json.Unmarshal([]byte(a.body), &said) != nil || !requestIDShape.MatchString(said.RequestID) {
		call.Trouble = s.settings.quote("expected a queue that answers with request_id, got " + a.body)
		s.end(call, outcomeFailed)
		return false
	}
	call.ID, call.Accepted = said.RequestID, true
	s.count(call, s.meters.accepted)
	return true
}

func outcomeOfRefusedSubmit(a answer) string {
	if a.status == http.StatusUnauthorized {
		return outcomeUnauthorized
	}
	return outcomeFailed
}

func (s *session) count(call *Call, metric *metrics.Metric) {
	push(s.ctx, s.state, call.tags, reading{metric, 1})
}

// Poll asks for the status once. The first poll that sees a request's end settles its call.
func (c *Client) Poll(call *Call) (*Status, error) {
	s, err := c.sessionFor("poll", call)
	if err != nil {
		return nil, err
	}
	status, isThrough := s.poll(call)
	if isThrough && status.Status == "COMPLETED" {
		s.end(call, outcomeOfStatus(status))
	}
	return status, nil
}

// Result fetches what the model answered. Where no poll has seen the end, the result settles the call.
func (c *Client) Result(call *Call) (*Call, error) {
	s, err := c.sessionFor("result", call)
	if err != nil {
		return nil, err
	}
	s.result(call)
	return call, nil
}

// Cancel asks the queue to cancel a request. It returns the HTTP status: 202 where it will, 400 where it was over already
func (c *Client) Cancel(call *Call) (int, error) {
	s, err := c.sessionFor("cancel", call)
	if err != nil {
		return 0, err
	}
	return s.cancel(call), nil
}

func (c *Client) sessionFor(method string, call *Call) (*session, error) {
	if call == nil || call.order == nil || call.ID == "" || call.Mode == modeRun {
		return nil, fmt.Errorf("%s: expected a request that submit or subscribe returned and the queue has accepted", method)
	}
	return c.session()
}

func (s *session) poll(call *Call) (*Status, bool) {
	a, isThrough := s.try(s.settings.sdk.status, call, func() exchange {
		call.Polls++
		return statusExchange(s.requestURL(call), "fal status")
	}, nil)
	call.heard(a, s.settings.trouble(a))
	status := readStatus(a)
	s.noteProgress(call, status, a)
	return status, isThrough
}

func statusExchange(requestURL, name string) exchange {
	return exchange{method: http.MethodGet, url: requestURL + "/status?logs=0", name: name}
}

func readStatus(a answer) *Status {
	status := &Status{HTTPStatus: a.status, QueuePosition: -1}
	var said statusBody
	if !a.isFine() || json.Unmarshal([]byte(a.body), &said) != nil {
		return status
	}
	status.Status, status.Error, status.ErrorType = said.Status, said.Error, said.ErrorType
	status.InferenceTime = said.Metrics.InferenceTime
	if said.QueuePosition != nil {
		status.QueuePosition = *said.QueuePosition
	}
	return status
}

// isOver returns whether a poller has nothing left to ask for: the request has ended, or is nobody's to see.
func (a answer) isOver() bool {
	if a.status == 0 || a.status >= 500 || a.status == http.StatusTooManyRequests {
		return false
	}
	status := readStatus(a).Status
	return status == "" || status == "COMPLETED"
}

// noteProgress keeps what the states of a request tell of its queue time and its work.
func (s *session) noteProgress(call *Call, status *Status, a answer) {
	seen := s.settings.clock.between(call.order.planned, a.doneAt)
	switch status.Status {
	case "IN_QUEUE":
		if call.wasInProgress {
			call.Requeues++
		}
		call.wasInProgress = false
	case "IN_PROGRESS":
		call.wasInProgress = true
		call.started(seen)
	case "COMPLETED":
		outcome := outcomeOfStatus(status)
		if status.InferenceTime == nil || (outcome != outcomeOk && outcome != outcomeFailed) {
			return
		}
		// Work that began and ended between two polls began at the latest so long ago.
		ran := seconds(*status.InferenceTime)
		call.started(seen - ran)
		call.worked(ran)
	}
}

func outcomeOfStatus(status *Status) string {
	if status.Error == "" && status.ErrorType == "" {
		return outcomeOk
	}
	return outcomeOfError(status.ErrorType, status.Error)
}

func (s *session) result(call *Call) {
	a, isThrough := s.try(s.settings.sdk.result, call, func() exchange {
		return exchange{method: http.MethodGet, url: s.requestURL(call), name: "fal result"}
	}, nil)
	call.heard(a, s.settings.trouble(a))
	if !isThrough || isTooEarly(a) {
		return
	}
	s.end(call, s.settings.sdk.outcomeOfAnswer(a))
}

func (s *session) cancel(call *Call) int {
	a, _ := s.try(s.settings.sdk.cancel, call, func() exchange {
		return exchange{method: http.MethodPut, url: s.requestURL(call) + "/cancel", name: "fal cancel"}
	}, nil)
	return a.status
}

// isTooEarly knows fal's undocumented answer to a result that is not there yet.
func isTooEarly(a answer) bool {
	var said struct {
		Detail any `json:"detail"`
	}
	return a.status == http.StatusBadRequest && json.Unmarshal([]byte(a.body), &said) == nil && said.Detail == "Request is still in progress"
}

// requestURL is put together here: an address that the server sent might lead the key elsewhere.
func (s *session) requestURL(call *Call) string {
	return s.settings.queueURL + "/" + call.order.app() + "/requests/" + call.ID
}
