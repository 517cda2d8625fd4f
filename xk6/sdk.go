package slotstorm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// backoff is exponential with factor 2.
type backoff struct {
	base, cap time.Duration
	// Delays vary by ±jitter: 0.25 is ±25 %.
	jitter float64
	// Whether a delay that was cut still varies.
	capFirst bool
}

// delay returns the pause before the retry with this number, from 1. Chance is a draw from [0, 1).
func (b backoff) delay(retry int, chance float64) time.Duration {
	delay := float64(b.base)
	for n := 1; n < retry && delay < float64(b.cap); n++ {
		delay *= 2
	}
	spread := 1 + b.jitter*(2*chance-1)
	if b.capFirst {
		return time.Duration(math.Min(float64(b.cap), delay) * spread)
	}
	return time.Duration(math.Min(float64(b.cap), delay*spread))
}

// retryRule is what a client does when an HTTP request of one kind fails.
type retryRule struct {
	// HTTP requests in all.
	attempts int
	pauses   backoff
	statuses []int
}

func (r retryRule) names(status int) bool {
	for _, retried := range r.statuses {
		if retried == status {
			return true
		}
	}
	return false
}

// sdk is how one of fal's clients behaves where the platform feels it. Observed with @fal-ai/client 1.10 and fal-client 1.0.
type sdk struct {
	name                                string
	run, submit, status, result, cancel retryRule
	// A followed request's status is asked for at once and then this often.
	pollEvery time.Duration
	// Whether a client timeout goes along as start timeout.
	sendsTimeoutAsStartTimeout bool
	// Whether a poller goes on when the cancel after a client timeout does not end the request.
	zombiePoller bool
	// Whether a request without an answer is sent again.
	retriesErrors bool
	isPython      bool
}

var sdkNames = []string{"js", "python", "python-async", "none"}

var sdks = map[string]*sdk{
	"js":           javascript(),
	"python":       python("python", 30*time.Second, true),
	"python-async": python("python-async", 10*time.Second, false),
	"none":         plain(),
}

func sdkNamed(name string) *sdk { return sdks[name] }

func javascript() *sdk {
	statuses := []int{429, 502, 503, 504}
	rule := func(attempts int, base, cap time.Duration, statuses []int) retryRule {
		return retryRule{attempts: attempts, pauses: backoff{base: base, cap: cap, jitter: 0.25, capFirst: true}, statuses: statuses}
	}
	return &sdk{
		name:          "js",
		run:           rule(4, 500*time.Millisecond, 15*time.Second, statuses),
		submit:        rule(4, time.Second, 60*time.Second, statuses),
		status:        rule(6, time.Second, 30*time.Second, []int{429, 500, 502, 503, 504}),
		result:        rule(4, time.Second, 60*time.Second, statuses),
		cancel:        rule(4, time.Second, 30*time.Second, statuses),
		pollEvery:     500 * time.Millisecond,
		retriesErrors: true,
	}
}

func python(name string, cap time.Duration, zombies bool) *sdk {
	rule := retryRule{attempts: 10, pauses: backoff{base: 100 * time.Millisecond, cap: cap, jitter: 0.5}, statuses: []int{408, 409, 429}}
	return &sdk{
		name: name, run: rule, submit: rule, status: rule, result: rule, cancel: rule,
		pollEvery:                  100 * time.Millisecond,
		sendsTimeoutAsStartTimeout: true,
		zombiePoller:               zombies,
		retriesErrors:              true,
		isPython:                   true,
	}
}

// plain is an HTTP caller that reads the answer and stops.
func plain() *sdk {
	once := retryRule{attempts: 1}
	return &sdk{name: "none", run: once, submit: once, status: once, result: once, cancel: once, pollEvery: time.Second}
}

// wantsAgain returns whether the client sends a request again after this answer, if it has attempts left.
func (s *sdk) wantsAgain(rule retryRule, a answer, hadStartTimeout bool) bool {
	switch {
	case a.status == 0:
		// Python cannot tell its own timeout from the deadline that it asked for.
		return s.retriesErrors && !(s.isPython && hadStartTimeout && a.timedOut)
	case s.seesStartTimeout(a):
		return false
	case s.isPython && a.status >= 502 && a.status <= 504:
		// JSON comes from fal itself; only what a proxy in between answers is tried again.
		return a.header("X-Fal-Request-Id") == "" && strings.Contains(strings.ToLower(a.body), "nginx")
	default:
		return rule.names(a.status)
	}
}

// seesStartTimeout returns whether the client reads an answer as the end of its start deadline.
func (s *sdk) seesStartTimeout(a answer) bool {
	kind := a.header("X-Fal-Request-Timeout-Type")
	return a.status == 504 && (kind == "user" || (s.isPython && kind != ""))
}

func (s *sdk) pauseBefore(rule retryRule, retry int) time.Duration {
	return rule.pauses.delay(retry, rand.Float64()) //nolint:gosec // load needs no secret chance
}

// SDKRules is how a client behaves, for scripts. Times in ms.
type SDKRules struct {
	RunAttempts                int     `js:"runAttempts"`
	RunBaseMs                  float64 `js:"runBaseMs"`
	RunCapMs                   float64 `js:"runCapMs"`
	RunJitter                  float64 `js:"runJitter"`
	RunCapFirst                bool    `js:"runCapFirst"`
	RetriesOn                  []int   `js:"retriesOn"`
	PollEveryMs                float64 `js:"pollEveryMs"`
	SendsTimeoutAsStartTimeout bool    `js:"sendsTimeoutAsStartTimeout"`
	ZombiePoller               bool    `js:"zombiePoller"`
}

func sdkRules(name string) (SDKRules, error) {
	s, isKnown := sdks[name]
	if !isKnown {
		return SDKRules{}, fmt.Errorf("sdkRules: expected one of %s, got %q", strings.Join(sdkNames, ", "), shorten(name))
	}
	return SDKRules{
		RunAttempts:                s.run.attempts,
		RunBaseMs:                  milliseconds(s.run.pauses.base),
		RunCapMs:                   milliseconds(s.run.pauses.cap),
		RunJitter:                  s.run.pauses.jitter,
		RunCapFirst:                s.run.pauses.capFirst,
		RetriesOn:                  append([]int{}, s.run.statuses...),
		PollEveryMs:                milliseconds(s.pollEvery),
		SendsTimeoutAsStartTimeout: s.sendsTimeoutAsStartTimeout,
		ZombiePoller:               s.zombiePoller,
	}, nil
}
