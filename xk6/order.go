package slotstorm

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"golang.org/x/net/http/httpguts"
)

// owner/alias and perhaps a path; workflows and comfy come before the owner.
var endpointShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$`)

const longestEndpoint = 200

// order is what a script asks for with one call.
type order struct {
	mode, endpoint string
	// JSON.
	body string
	// When the call was to begin, and when it did. Latencies count from the first.
	planned, began time.Time
	// Of the server's time; 0 = none.
	startTimeout, clientTimeout, patience time.Duration
	hint                                  *hint
	priority                              string
	headers, tags                         map[string]string
}

func readOrder(runtime *sobek.Runtime, mode, endpoint string, input, options sobek.Value) (*order, error) {
	where := fmt.Sprintf("%s(%s)", mode, shorten(endpoint))
	if len(endpoint) > longestEndpoint || !endpointShape.MatchString(endpoint) {
		return nil, fmt.Errorf("%s: expected an endpoint such as fal-ai/flux/dev", where)
	}
	body, err := jsonOf(input)
	if err != nil {
		return nil, fmt.Errorf("%s: the input cannot be written as JSON: %w", where, err)
	}
	f := readFields(runtime, options, where, "startTimeout", "clientTimeout", "patience", "hint", "plannedAt", "priority", "headers", "tags")
	o := &order{mode: mode, endpoint: endpoint, body: body, began: time.Now()}
	o.planned = f.instant("plannedAt", o.began)
	o.startTimeout = f.wait("startTimeout")
	o.clientTimeout = f.wait("clientTimeout")
	o.patience = f.wait("patience")
	o.hint = readHint(f)
	o.priority = f.oneOf("priority", "normal", "low")
	o.headers = f.ownHeaders()
	o.tags = f.texts("tags")
	return o, f.err
}

func (f *fields) wait(name string) time.Duration {
	return seconds(f.number(name, "seconds above 0", 0.001, longestSeconds, 0))
}

// instant reads ms since 1970, as Date.now() gives them. What comes back is on the monotonic clock, like now.
func (f *fields) instant(name string, now time.Time) time.Time {
	nowMs := float64(now.UnixNano()) / float64(time.Millisecond)
	plannedMs := f.number(name, "ms since 1970 such as Date.now()", 1, 1e14, nowMs)
	return now.Add(-time.Duration((nowMs - plannedMs) * float64(time.Millisecond)))
}

func (f *fields) ownHeaders() map[string]string {
	headers := f.texts("headers")
	for name, value := range headers {
		lower := strings.ToLower(name)
		if f.err == nil && (!httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) || lower == "authorization") {
			f.err = fmt.Errorf("%s: expected headers to be ones that HTTP can carry, without authorization (key of the client), got %q", f.where, shorten(name))
		}
	}
	return headers
}

func jsonOf(input sobek.Value) (string, error) {
	if isAbsent(input) {
		return "{}", nil
	}
	object, isObject := input.(*sobek.Object)
	if !isObject {
		return "", fmt.Errorf("expected an object, got %s", shorten(input.String()))
	}
	text, err := object.MarshalJSON()
	return string(text), err
}

// headersFor returns the headers that hand the work in.
func (o *order) headersFor(s *sdk, isRepeat bool) http.Header {
	headers := make(http.Header, 8)
	for name, value := range o.headers {
		headers.Set(name, value)
	}
	headers.Set("Content-Type", "application/json")
	if timeout := o.deadlineFor(s); timeout > 0 {
		headers.Set("X-Fal-Request-Timeout", strconv.FormatFloat(timeout.Seconds(), 'f', -1, 64))
	}
	// JavaScript always sends it with a submit, Python only when it is asked to; neither does so with run.
	if o.mode != modeRun && (o.priority == "low" || s.name == "js") {
		headers.Set("X-Fal-Queue-Priority", o.priority)
	}
	if o.hint != nil {
		headers.Set(hintHeader, o.hint.write(o.mode, isRepeat))
	}
	return headers
}

// deadlineFor returns the start timeout that goes along; 0 = none.
func (o *order) deadlineFor(s *sdk) time.Duration {
	own, copied := math.Inf(1), math.Inf(1)
	if o.startTimeout > 0 {
		own = float64(o.startTimeout)
	}
	if s.sendsTimeoutAsStartTimeout && o.mode == modeSubscribe && o.clientTimeout > 0 {
		copied = float64(o.clientTimeout)
	}
	if least := math.Min(own, copied); !math.IsInf(least, 1) {
		return time.Duration(least)
	}
	return 0
}

// app is the endpoint without its path: what requests are asked for under.
func (o *order) app() string {
	parts := strings.Split(o.endpoint, "/")
	owner := 2
	if len(parts) > 2 && (parts[0] == "workflows" || parts[0] == "comfy") {
		owner = 3
	}
	return strings.Join(parts[:owner], "/")
}
