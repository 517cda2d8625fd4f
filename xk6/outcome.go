package slotstorm

import "strings"

// How a call ended, in the words of the simulator's metrics.
const (
	outcomeOpen         = "open"
	outcomeOk           = "ok"
	outcomeFailed       = "failed"
	outcomeStartTimeout = "start_timeout"
	outcomeCancelled    = "cancelled"
	outcomeRevoked      = "revoked"
	outcomeGaveUp       = "gave_up"
	outcomeUnauthorized = "unauthorized"
)

// outcomeOfAnswer reads a result, or what a direct call was answered. gaveUp is up to who has attempts left.
func (s *sdk) outcomeOfAnswer(a answer) string {
	switch {
	case a.isFine():
		return outcomeOk
	case a.status == 401:
		return outcomeUnauthorized
	case s.seesStartTimeout(a):
		return outcomeStartTimeout
	default:
		return outcomeOfError(a.header("X-Fal-Error-Type"), a.body)
	}
}

// outcomeOfError reads what a completed request says of its failure.
func outcomeOfError(errorType, text string) string {
	switch errorType {
	case "startup_timeout":
		return outcomeStartTimeout
	case "client_cancelled":
		// fal has no word for a request whose key was revoked; the emulator says so in its text.
		if strings.Contains(text, "revoked") {
			return outcomeRevoked
		}
		return outcomeCancelled
	default:
		return outcomeFailed
	}
}

// turnedAway returns whether a direct call was sent back before any work on it: its client tries again, or gives up.
func (a answer) turnedAway() bool {
	switch a.status {
	case 0, 408, 409, 429, 502, 503, 504:
		return !a.lostWork()
	default:
		return false
	}
}

// lostWork returns whether work of a direct call had begun and was lost: what is sent again is no first start.
func (a answer) lostWork() bool {
	switch a.header("X-Fal-Error-Type") {
	case "runner_disconnected", "runner_connection_error", "runner_connection_timeout", "runner_incomplete_response", "request_timeout":
		return a.status >= 502
	default:
		return false
	}
}
