package slotstorm

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/sobek"
)

const (
	fastest            = 1e6
	longestSeconds     = 1e7
	usualHTTPTimeoutS  = 300
	wantsAddress       = "an address such as http://127.0.0.1:8080"
	settingsInMessages = "new Client({…})"
)

// settings say where a client sends its requests, as whom, and how.
type settings struct {
	// Without a slash at the end; "" where the script gave none.
	queueURL, runURL, apiURL string
	// "": requests carry no key.
	key   string
	clock clock
	sdk   *sdk
	// How long one HTTP exchange may take, of wall time.
	httpTimeout time.Duration
}

func readSettings(runtime *sobek.Runtime, value sobek.Value) (*settings, error) {
	f := readFields(runtime, value, settingsInMessages, "url", "queueUrl", "runUrl", "apiUrl", "key", "speed", "sdk", "httpTimeout")
	base := f.address("url")
	s := &settings{
		queueURL:    f.addressUnder("queueUrl", base, "/queue"),
		runURL:      f.addressUnder("runUrl", base, "/run"),
		apiURL:      f.addressUnder("apiUrl", base, "/v1"),
		key:         f.secret("key"),
		clock:       clock{speed: f.number("speed", "a number above 0", 1/fastest, fastest, 1)},
		sdk:         sdkNamed(f.oneOf("sdk", sdkNames...)),
		httpTimeout: seconds(f.number("httpTimeout", "seconds above 0", 0.001, longestSeconds, usualHTTPTimeoutS)),
	}
	if f.err == nil && s.queueURL == "" && s.runURL == "" && s.apiURL == "" {
		f.err = fmt.Errorf("%s: expected url, or queueUrl, runUrl and apiUrl, got none of them", settingsInMessages)
	}
	return s, f.err
}

func (f *fields) addressUnder(name, base, path string) string {
	if address := f.address(name); address != "" || base == "" {
		return address
	}
	return base + path
}

func (f *fields) address(name string) string {
	text := f.text(name, wantsAddress)
	if text == "" || f.err != nil {
		return ""
	}
	parsed, err := url.Parse(text)
	isPlain := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != "" && parsed.RawQuery == "" && parsed.Fragment == ""
	// A key in an address would be printed with it.
	if isPlain && parsed.User != nil {
		f.err = fmt.Errorf("%s: expected %s to be %s without a user, got one with a user: the key goes into key", f.where, name, wantsAddress)
		return ""
	}
	if !isPlain {
		f.refuse(name, wantsAddress, f.get(name))
	}
	return strings.TrimRight(text, "/")
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second))
}

func milliseconds(d time.Duration) float64 {
	return float64(d) / float64(time.Millisecond)
}
