package slotstorm

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/grafana/sobek"
	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
)

// heard is a request as the server saw it.
type heard struct {
	method, path, query, body string
	headers                   http.Header
}

// said is what a server answers.
type said struct {
	status  int
	body    string
	headers map[string]string
}

// scene is a script with the module, a virtual user, and a server that answers from a list.
type scene struct {
	t       *testing.T
	runtime *modulestest.Runtime
	server  *httptest.Server
	samples chan metrics.SampleContainer

	mutex sync.Mutex
	heard []heard
}

// newScene starts a server. The n-th request, from 0, gets what answer says of it.
func newScene(t *testing.T, answer func(n int, request heard) said) *scene {
	t.Helper()
	s := &scene{t: t, runtime: modulestest.NewRuntime(t), samples: make(chan metrics.SampleContainer, 10_000)}
	s.server = httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body := make([]byte, request.ContentLength+1)
		length, _ := request.Body.Read(body)
		came := heard{request.Method, request.URL.Path, request.URL.RawQuery, string(body[:length]), request.Header.Clone()}
		s.mutex.Lock()
		n := len(s.heard)
		s.heard = append(s.heard, came)
		s.mutex.Unlock()
		says := answer(n, came)
		for name, value := range says.headers {
			writer.Header().Set(name, value)
		}
		writer.WriteHeader(says.status)
		_, _ = writer.Write([]byte(says.body))
	}))
	t.Cleanup(s.server.Close)
	s.install()
	return s
}

// install does what k6 does between the initialisation of a script and its first iteration.
func (s *scene) install() {
	registry := s.runtime.VU.InitEnv().Registry
	instance := new(rootModule).NewModuleInstance(s.runtime.VU)
	for name, value := range instance.Exports().Named {
		must(s.t, s.runtime.VU.Runtime().Set(name, value))
	}
	must(s.t, s.runtime.VU.Runtime().Set("url", s.server.URL))
	s.runtime.MoveToVUContext(&lib.State{
		Options:        lib.Options{SystemTags: &metrics.DefaultSystemTagSet},
		BuiltinMetrics: s.runtime.BuiltinMetrics,
		Logger:         logrus.New(),
		Transport:      s.server.Client().Transport,
		Samples:        s.samples,
		Tags:           lib.NewVUStateTags(registry.RootTagSet()),
		BufferPool:     lib.NewBufferPool(),
	})
}

// run evaluates a script that ends in an expression.
func (s *scene) run(script string) sobek.Value {
	s.t.Helper()
	value, err := s.runtime.VU.Runtime().RunString(script)
	must(s.t, err)
	return value
}

// complaint evaluates a script that must throw.
func (s *scene) complaint(script string) string {
	s.t.Helper()
	_, err := s.runtime.VU.Runtime().RunString(script)
	if err == nil {
		s.t.Fatalf("expected %s to throw", script)
	}
	return err.Error()
}

func (s *scene) requests() []heard {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]heard(nil), s.heard...)
}

// paths are `GET /path` of all requests so far.
func (s *scene) paths() []string {
	var paths []string
	for _, request := range s.requests() {
		paths = append(paths, request.method+" "+request.path)
	}
	return paths
}

// values are all samples of a metric so far, with an outcome tag where one is told.
func (s *scene) values(name string) []metrics.Sample {
	var found []metrics.Sample
	var all []metrics.SampleContainer
	for len(s.samples) > 0 {
		all = append(all, <-s.samples)
	}
	for _, container := range all {
		for _, sample := range container.GetSamples() {
			if sample.Metric.Name == name {
				found = append(found, sample)
			}
		}
		s.samples <- container
	}
	return found
}

func (s *scene) sum(name string) float64 {
	total := 0.0
	for _, sample := range s.values(name) {
		total += sample.Value
	}
	return total
}

func (s *scene) wantSums(wanted map[string]float64) {
	s.t.Helper()
	for name, want := range wanted {
		if got := s.sum(name); got != want {
			s.t.Errorf("%s adds up to %v, wanted %v", name, got, want)
		}
	}
}

func (s *scene) wantPaths(wanted ...string) {
	s.t.Helper()
	if got := s.paths(); strings.Join(got, ", ") != strings.Join(wanted, ", ") {
		s.t.Errorf("the server heard %v, wanted %v", got, wanted)
	}
}

func (s *scene) wantText(script, wanted string) {
	s.t.Helper()
	if got := s.run(script).String(); got != wanted {
		s.t.Errorf("%s is %s, wanted %s", script, got, wanted)
	}
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ok(body string) said { return said{status: 200, body: body} }

func submitted(id string) said {
	return ok(fmt.Sprintf(`{"status":"IN_QUEUE","request_id":%q,"queue_position":0}`, id))
}

func status(word string) said {
	return said{status: 202, body: fmt.Sprintf(`{"status":%q,"queue_position":3,"logs":null}`, word)}
}

func completed(rest string) said {
	return ok(`{"status":"COMPLETED","logs":null` + rest + `}`)
}

func tooMany() said {
	return said{status: 429, body: `{"detail":"Reached concurrent requests limit of 2","type":"concurrent_requests_limit"}`, headers: map[string]string{"X-Fal-needs-retry": "1"}}
}

func infrastructure(status int, errorType string) said {
	return said{status: status, body: fmt.Sprintf(`{"detail":"x","error_type":%q}`, errorType), headers: map[string]string{"X-Fal-Error-Type": errorType, "X-Fal-Request-Id": "r1"}}
}

// inOrder answers the n-th request with the n-th of these, and all further ones with the last.
func inOrder(answers ...said) func(int, heard) said {
	return func(n int, _ heard) said { return answers[min(n, len(answers)-1)] }
}
