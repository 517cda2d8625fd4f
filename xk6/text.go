package slotstorm

import (
	"strings"
	"unicode"
)

const longestQuote = 200

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }

// shorten makes text from outside fit for a line on a terminal: short, and without control characters.
func shorten(text string) string {
	var short strings.Builder
	count := 0
	for _, r := range text {
		if count == longestQuote {
			short.WriteRune('…')
			break
		}
		if isUnprintable(r) {
			r = ' '
		}
		short.WriteRune(r)
		count++
	}
	return strings.TrimSpace(short.String())
}
