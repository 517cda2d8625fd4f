package slotstorm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
	"gopkg.in/guregu/null.v3"
)

var errNoVU = errors.New("requests can be sent by virtual users only, not while a script is initialised: move the call into the function that k6 runs")

// exchange is one HTTP request.
type exchange struct {
	method, url string
	// Tag `name`: an address with a request id in it would be a time series of its own.
	name    string
	headers http.Header
	body    string
}

// answer is what came of an exchange. Status 0: nothing did.
type answer struct {
	status         int
	headers        map[string]string
	body           string
	failure        string
	timedOut       bool
	sentAt, doneAt time.Time
}

// header takes a name in its canonical spelling.
func (a answer) header(name string) string { return a.headers[name] }

func (a answer) isFine() bool { return a.status >= 200 && a.status < 300 }

// trouble says for people what went wrong; "" where all went well. A server may say the key back.
func (s *settings) trouble(a answer) string {
	switch {
	case a.isFine():
		return ""
	case a.status == 0:
		return s.quote(a.failure)
	default:
		return s.quote(fmt.Sprintf("%d %s", a.status, a.body))
	}
}

func (s *settings) quote(text string) string {
	_, secret, _ := strings.Cut(s.key, ":")
	for _, hidden := range []string{s.key, secret} {
		if hidden != "" {
			text = strings.ReplaceAll(text, hidden, "…")
		}
	}
	return shorten(text)
}

// wire sends requests as k6/http does: over the transport of the virtual user, with its TLS, hosts, limits and metrics.
type wire struct {
	vu       modules.VU
	settings *settings
}

// send blocks until the answer is read. A redirect is not followed: the key would go along.
func (w *wire) send(ctx context.Context, state *lib.State, e exchange, tags metrics.TagsAndMeta) answer {
	request, err := w.parse(state, e, tags)
	if err != nil {
		return answer{failure: err.Error()}
	}
	sentAt := time.Now()
	response, err := httpext.MakeRequest(ctx, state, request)
	a := answer{sentAt: sentAt, doneAt: time.Now()}
	if err != nil {
		a.failure = err.Error()
		a.timedOut = isTimeout(err)
		return a
	}
	a.status = response.Status
	a.headers = response.Headers
	a.body, _ = response.Body.(string)
	return a
}

func (w *wire) parse(state *lib.State, e exchange, tags metrics.TagsAndMeta) (*httpext.ParsedHTTPRequest, error) {
	address, err := httpext.NewURL(e.url, e.name)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(e.method, e.url, nil) //nolint:noctx // MakeRequest gives it its context
	if err != nil {
		return nil, err
	}
	request.Header = w.complete(state, e.headers)
	tags.SetSystemTagOrMetaIfEnabled(state.Options.SystemTags, metrics.TagName, e.name)
	parsed := &httpext.ParsedHTTPRequest{
		URL:              &address,
		Req:              request,
		Timeout:          w.settings.httpTimeout,
		Throw:            true,
		ResponseType:     httpext.ResponseTypeText,
		ResponseCallback: isExpected,
		Redirects:        null.IntFrom(0),
		TagsAndMeta:      tags,
	}
	if e.body != "" {
		parsed.Body = bytes.NewBufferString(e.body)
	}
	return parsed, nil
}

func (w *wire) complete(state *lib.State, headers http.Header) http.Header {
	if headers == nil {
		headers = make(http.Header, 3)
	}
	headers.Set("Accept", "application/json")
	if agent := state.Options.UserAgent.String; agent != "" {
		headers.Set("User-Agent", agent)
	}
	if w.settings.key != "" {
		headers.Set("Authorization", "Key "+w.settings.key)
	}
	return headers
}

// A 429 is fal's ordinary way to say "later": http_req_failed counts what is out of order.
func isExpected(status int) bool {
	return (status >= 200 && status < 400) || status == http.StatusTooManyRequests
}

func isTimeout(err error) bool {
	var netError net.Error
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &netError) && netError.Timeout()) || isK6Timeout(err)
}

// isK6Timeout knows k6's own error of a request that took too long: code 1050.
func isK6Timeout(err error) bool {
	var k6Error httpext.K6Error
	return errors.As(err, &k6Error) && k6Error.Code == 1050
}
