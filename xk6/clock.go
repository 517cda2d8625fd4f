package slotstorm

import (
	"context"
	"time"
)

// clock converts between the time of the server, which passes speed times as fast, and the wall's. What clients wait for
// (backoffs, polls, timeouts) and what is measured is the server's time.
type clock struct {
	speed float64
}

// since returns how much of the server's time has passed since an instant.
func (c clock) since(instant time.Time) time.Duration {
	return c.between(instant, time.Now())
}

func (c clock) between(from, to time.Time) time.Duration {
	return time.Duration(float64(to.Sub(from)) * c.speed)
}

// after returns the instant at which so much of the server's time will have passed.
func (c clock) after(from time.Time, wait time.Duration) time.Time {
	return from.Add(time.Duration(float64(wait) / c.speed))
}

// sleepUntil returns whether the instant came: false when the virtual user was stopped before it.
func sleepUntil(ctx context.Context, instant time.Time) bool {
	wait := time.Until(instant)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
