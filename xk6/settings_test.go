package slotstorm

import (
	"strings"
	"testing"
	"time"

	"go.k6.io/k6/v2/js/modulestest"
)

func TestMistakesOfAScriptAreTold(t *testing.T) {
	s := newScene(t, inOrder(ok(`{}`)))
	s.run(`const fal = new Client({ url });`)
	for script, wanted := range map[string]string{
		`new Client()`:                                        `expected url, or queueUrl, runUrl and apiUrl, got none of them`,
		`new Client({ url, sped: 2 })`:                        `expected some of apiUrl, httpTimeout, key, queueUrl, runUrl, sdk, speed, url, got "sped"`,
		`new Client({ url: 'localhost:80' })`:                 `expected url to be an address such as http://127.0.0.1:8080, got localhost:80`,
		`new Client({ url: 'ftp://x' })`:                      `expected url to be an address`,
		`new Client({ url, speed: 0 })`:                       `expected speed to be a number above 0, got 0`,
		`new Client({ url, speed: '10' })`:                    `expected speed to be a number above 0, got 10`,
		`new Client({ url, sdk: 'java' })`:                    `expected sdk to be one of js, python, python-async, none, got java`,
		`new Client({ url, key: '' })`:                        `expected key to be text such as id:secret, got none`,
		`fal.run('flux')`:                                     `run(flux): expected an endpoint such as fal-ai/flux/dev`,
		`fal.run('a/../b')`:                                   `expected an endpoint`,
		`fal.run('a/b', 'text')`:                              `the input cannot be written as JSON: expected an object, got text`,
		`fal.run('a/b', {}, { timeout: 5 })`:                  `got "timeout"`,
		`fal.run('a/b', {}, { startTimeout: -1 })`:            `expected startTimeout to be seconds above 0, got -1`,
		`fal.run('a/b', {}, { hint: {} })`:                    `hint: expected serviceUs to be whole µs from 0 up, got none`,
		`fal.run('a/b', {}, { hint: { serviceUs: NaN } })`:    `expected serviceUs to be whole µs from 0 up, got NaN`,
		`fal.run('a/b', {}, { headers: { 'a b': 'c' } })`:     `expected headers to be ones that HTTP can carry`,
		`fal.run('a/b', {}, { headers: { x: 'a\r\nb: c' } })`: `expected headers to be ones that HTTP can carry`,
		`fal.poll({})`:                                        `poll: expected a request that submit or subscribe returned`,
		`fal.poll(null)`:                                      `poll: expected a request that submit or subscribe returned`,
		`fal.poll(fal.run('a/b'))`:                            `poll: expected a request that submit or subscribe returned`,
		`new Client({ runUrl: url }).submit('a/b')`:           `submit: expected the client to have url or queueUrl, got neither`,
		`fal.slots()`:                                         `slots: expected the platform API of slotstorm at`,
		`sdkRules('ruby')`:                                    `sdkRules: expected one of js, python, python-async, none, got "ruby"`,
	} {
		if complaint := s.complaint(script); !strings.Contains(complaint, wanted) {
			t.Errorf("%s was told %q, wanted %q in it", script, complaint, wanted)
		}
	}
}

func TestAKeyIsNeverRepeated(t *testing.T) {
	s := newScene(t, inOrder(ok(`{}`)))
	for _, script := range []string{
		`new Client({ url, key: 'id:hush\n' })`,
		`new Client({ url: 'http://id:hush@127.0.0.1' })`,
		`new Client({ url, key: 'id:hush', sdk: 'java' })`,
	} {
		if complaint := s.complaint(script); strings.Contains(complaint, "hush") {
			t.Errorf("%s was told the key: %q", script, complaint)
		}
	}
	echo := newScene(t, inOrder(said{status: 403, body: `Key id:hush is not welcome, hush`}))
	echo.wantText(`new Client({ url, key: 'id:hush' }).run('a/b').trouble`, `403 Key … is not welcome, …`)
	s.wantText(`JSON.stringify(new Client({ url, key: 'id:hush' }))`, `{}`)
}

func TestRequestsBelongToVirtualUsers(t *testing.T) {
	runtime := modulestest.NewRuntime(t)
	for name, value := range new(rootModule).NewModuleInstance(runtime.VU).Exports().Named {
		must(t, runtime.VU.Runtime().Set(name, value))
	}
	_, err := runtime.VU.Runtime().RunString(`new Client({ url: 'http://127.0.0.1:1' }).run('a/b')`)
	if err == nil || !strings.Contains(err.Error(), "not while a script is initialised") {
		t.Errorf("expected a complaint, got %v", err)
	}
}

func TestBackoffsAreThoseOfTheSDKs(t *testing.T) {
	for _, c := range []struct {
		sdk         string
		retry       int
		least, most time.Duration
	}{
		{"js", 1, 375 * time.Millisecond, 625 * time.Millisecond},
		{"js", 3, 1500 * time.Millisecond, 2500 * time.Millisecond},
		{"js", 9, 11250 * time.Millisecond, 18750 * time.Millisecond},
		{"python", 1, 50 * time.Millisecond, 150 * time.Millisecond},
		{"python", 9, 12800 * time.Millisecond, 30 * time.Second},
		{"python-async", 9, 6400 * time.Millisecond, 10 * time.Second},
	} {
		pauses := sdkNamed(c.sdk).run.pauses
		if got := pauses.delay(c.retry, 0); got != c.least {
			t.Errorf("%s waits for at least %v before retry %d, wanted %v", c.sdk, got, c.retry, c.least)
		}
		if got := pauses.delay(c.retry, 1); got != c.most {
			t.Errorf("%s waits for at most %v before retry %d, wanted %v", c.sdk, got, c.retry, c.most)
		}
	}
}
