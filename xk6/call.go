package slotstorm

import (
	"time"

	"go.k6.io/k6/v2/metrics"
)

const (
	modeSubmit    = "submit"
	modeSubscribe = "subscribe"
	modeRun       = "run"
)

// Call is one logical request as its caller sees it. Its fields are for scripts to read; times are the server's, ms.
type Call struct {
	Mode     string `js:"mode"`
	Endpoint string `js:"endpoint"`
	// What the server calls the request; "" before it was accepted.
	ID       string `js:"id"`
	Outcome  string `js:"outcome"`
	Ok       bool   `js:"ok"`
	Accepted bool   `js:"accepted"`
	// HTTP requests that handed the work in, and answers 429 among them.
	Attempts int `js:"attempts"`
	Refusals int `js:"refusals"`
	Polls    int `js:"polls"`
	// Times that work in progress was seen in the queue again.
	Requeues int `js:"requeues"`
	// Of the last answer; 0: there was none.
	HTTPStatus int    `js:"httpStatus"`
	Body       string `js:"body"`
	Trouble    string `js:"trouble"`
	// Nil where nobody saw it.
	QueueMs   *float64 `js:"queueMs"`
	RunMs     *float64 `js:"runMs"`
	ElapsedMs *float64 `js:"elapsedMs"`

	order              *order
	tags               metrics.TagsAndMeta
	wasInProgress      bool
	hasStarted, hasRun bool
	queued, ran        time.Duration
	elapsed            time.Duration
}

func newCall(o *order, tags metrics.TagsAndMeta) *Call {
	tags.SetTag("endpoint", o.endpoint)
	tags.SetTag("mode", o.mode)
	for name, value := range o.tags {
		tags.SetTag(name, value)
	}
	return &Call{Mode: o.mode, Endpoint: o.endpoint, Outcome: outcomeOpen, order: o, tags: tags}
}

func (c *Call) isOpen() bool { return c.Outcome == outcomeOpen }

func (c *Call) heard(a answer, trouble string) {
	c.HTTPStatus = a.status
	c.Body = a.body
	c.Trouble = trouble
}

// started notes the first sign that its work had begun.
func (c *Call) started(queued time.Duration) {
	if c.hasStarted {
		return
	}
	c.hasStarted = true
	c.queued = max(0, queued)
	c.QueueMs = pointer(milliseconds(c.queued))
}

func (c *Call) worked(ran time.Duration) {
	c.hasRun = true
	c.ran = max(0, ran)
	c.RunMs = pointer(milliseconds(c.ran))
}

func (c *Call) end(outcome string, elapsed time.Duration) {
	c.Outcome = outcome
	c.Ok = outcome == outcomeOk
	c.elapsed = max(0, elapsed)
	c.ElapsedMs = pointer(milliseconds(c.elapsed))
}

func pointer(value float64) *float64 { return &value }
