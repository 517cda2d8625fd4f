package slotstorm

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/grafana/sobek"
)

// Slots is what an account's Concurrency page shows. fal has no such operation; the emulator and `slotstorm serve` do.
type Slots struct {
	Account string `js:"account" json:"account"`
	Limit   int    `js:"limit" json:"limit"`
	InUse   int    `js:"inUse" json:"live"`
	// Held by no live work.
	Leaked int `js:"leaked" json:"stuck"`
	Queued int `js:"queued" json:"queued"`
}

// Slots looks at the slots of the key's account, or of another one where the key is an operator's, and notes them in the
// gauges slots_in_use and slots_leaked.
func (c *Client) Slots(options sobek.Value) (*Slots, error) {
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	f := readFields(c.vu.Runtime(), options, "slots", "account")
	account := f.text("account", "the name of an account")
	if f.err != nil {
		return nil, f.err
	}
	if c.settings.apiURL == "" {
		return nil, errors.New("slots: expected the client to have url or apiUrl, got neither")
	}
	return s.slots(account)
}

func (s *session) slots(account string) (*Slots, error) {
	address := s.settings.apiURL + "/account/concurrency"
	if account != "" {
		address += "?account=" + url.QueryEscape(account)
	}
	tags := s.state.Tags.GetCurrentValues()
	a := s.wire.send(s.ctx, s.state, exchange{method: http.MethodGet, url: address, name: "slotstorm slots"}, tags)
	slots := &Slots{}
	if !a.isFine() || json.Unmarshal([]byte(a.body), slots) != nil || slots.Account == "" {
		return nil, fmt.Errorf("slots: expected the platform API of slotstorm at %s, got %s", s.settings.apiURL, s.settings.quote(fmt.Sprintf("%d %s", a.status, a.failure+a.body)))
	}
	tags.SetTag("account", slots.Account)
	push(s.ctx, s.state, tags, reading{s.meters.slotsInUse, float64(slots.InUse)}, reading{s.meters.slotsLeaked, float64(slots.Leaked)})
	return slots, nil
}
