package slotstorm

import "fmt"

const hintHeader = "X-Slotstorm-Call"

// hint tells an emulator what a scenario drew for a call. fal has no such header.
type hint struct {
	// When the call was to begin, and how long its work takes, µs of the run.
	calledUs, serviceUs int64
	end                 string
	isRepeat            bool
}

func readHint(f *fields) *hint {
	value := f.get("hint")
	if isAbsent(value) {
		return nil
	}
	inner := readFields(f.runtime, value, f.where+" hint", "calledUs", "serviceUs", "end", "isRepeat")
	const micros, most = "whole µs from 0 up", 1 << 53
	h := &hint{
		calledUs:  int64(inner.number("calledUs", micros, 0, most, 0)),
		serviceUs: int64(inner.number("serviceUs", micros, 0, most, -1)),
		end:       inner.oneOf("end", "ok", "failed", "timed-out"),
		isRepeat:  inner.flag("isRepeat"),
	}
	if inner.err == nil && h.serviceUs < 0 {
		inner.err = fmt.Errorf("%s: expected serviceUs to be %s, got none", inner.where, micros)
	}
	if f.err == nil {
		f.err = inner.err
	}
	return h
}

// write spells a hint as src/protocol/load-hint.ts does.
func (h *hint) write(mode string, isRepeat bool) string {
	repeat := 0
	if isRepeat || h.isRepeat {
		repeat = 1
	}
	return fmt.Sprintf("mode=%s;called=%d;service=%d;end=%s;repeat=%d", mode, h.calledUs, h.serviceUs, h.end, repeat)
}
