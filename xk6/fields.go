package slotstorm

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/grafana/sobek"
)

// fields reads the members of an object that a script passes. The first mistake is kept in err; what is read after it is
// of no use.
type fields struct {
	runtime *sobek.Runtime
	object  *sobek.Object
	// Where it stands in the script, for messages: `new Client({…})`.
	where string
	err   error
}

// readFields takes undefined and null for an object without members. A member that nobody knows is a mistake: a misspelt
// one would be taken for none.
func readFields(runtime *sobek.Runtime, value sobek.Value, where string, known ...string) *fields {
	f := &fields{runtime: runtime, where: where}
	if isAbsent(value) {
		return f
	}
	object, isObject := value.(*sobek.Object)
	if !isObject {
		f.err = fmt.Errorf("%s: expected an object, got %s", where, shorten(value.String()))
		return f
	}
	f.object = object
	f.refuseUnknown(known)
	return f
}

func (f *fields) refuseUnknown(known []string) {
	for _, name := range f.object.Keys() {
		if !contains(known, name) {
			sorted := append([]string(nil), known...)
			sort.Strings(sorted)
			f.err = fmt.Errorf("%s: expected some of %s, got %q", f.where, strings.Join(sorted, ", "), shorten(name))
			return
		}
	}
}

func (f *fields) get(name string) sobek.Value {
	if f.err != nil || f.object == nil {
		return nil
	}
	return f.object.Get(name)
}

func (f *fields) refuse(name, expected string, got sobek.Value) {
	if f.err == nil {
		f.err = fmt.Errorf("%s: expected %s to be %s, got %s", f.where, name, expected, shorten(got.String()))
	}
}

// text returns "" for what is absent.
func (f *fields) text(name, expected string) string {
	value := f.get(name)
	if isAbsent(value) {
		return ""
	}
	text, isText := value.Export().(string)
	if !isText || text == "" {
		f.refuse(name, expected, value)
	}
	return text
}

// secret is like text, but what came is never repeated in a message.
func (f *fields) secret(name string) string {
	value := f.get(name)
	if isAbsent(value) {
		return ""
	}
	text, isText := value.Export().(string)
	if f.err == nil && (!isText || text == "" || strings.ContainsFunc(text, isUnprintable)) {
		f.err = fmt.Errorf("%s: expected %s to be text such as id:secret, got none, or characters no header can hold. Is the variable set (k6 run -e FAL_KEY)?", f.where, name)
	}
	return text
}

// number returns otherwise for what is absent. It takes least <= number <= most.
func (f *fields) number(name, expected string, least, most, otherwise float64) float64 {
	value := f.get(name)
	if isAbsent(value) {
		return otherwise
	}
	var number float64
	switch exported := value.Export().(type) {
	case int64:
		number = float64(exported)
	case float64:
		number = exported
	default:
		number = math.NaN()
	}
	// NaN is in no range.
	if !(number >= least && number <= most) {
		f.refuse(name, expected, value)
	}
	return number
}

func (f *fields) flag(name string) bool {
	value := f.get(name)
	if isAbsent(value) {
		return false
	}
	flag, isFlag := value.Export().(bool)
	if !isFlag {
		f.refuse(name, "true or false", value)
	}
	return flag
}

// oneOf returns the first choice for what is absent.
func (f *fields) oneOf(name string, choices ...string) string {
	expected := "one of " + strings.Join(choices, ", ")
	text := f.text(name, expected)
	if text == "" {
		return choices[0]
	}
	if !contains(choices, text) {
		f.refuse(name, expected, f.get(name))
	}
	return text
}

// texts reads an object whose members are texts, numbers or flags.
func (f *fields) texts(name string) map[string]string {
	value := f.get(name)
	if isAbsent(value) {
		return nil
	}
	object, isObject := value.(*sobek.Object)
	if !isObject {
		f.refuse(name, "an object", value)
		return nil
	}
	texts := make(map[string]string, len(object.Keys()))
	for _, key := range object.Keys() {
		switch object.Get(key).Export().(type) {
		case string, bool, int64, float64:
			texts[key] = object.Get(key).String()
		default:
			f.refuse(name+"."+key, "text, a number, true or false", object.Get(key))
		}
	}
	return texts
}

func isAbsent(value sobek.Value) bool {
	return value == nil || sobek.IsUndefined(value) || sobek.IsNull(value)
}

func contains(texts []string, wanted string) bool {
	for _, text := range texts {
		if text == wanted {
			return true
		}
	}
	return false
}
