package slotstorm

import (
	"context"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
)

// meters are the metrics of logical requests. Times are the server's.
type meters struct {
	queueTime, runTime, timeToResult, attempts              *metrics.Metric
	requests, accepted, retries, refusals, requeues         *metrics.Metric
	polls, zombiePolls, slotsInUse, slotsLeaked, gaveUpRate *metrics.Metric
}

func declareMeters(registry *metrics.Registry) (*meters, error) {
	var failure error
	declare := func(name string, kind metrics.MetricType, contains metrics.ValueType) *metrics.Metric {
		metric, err := registry.NewMetric(name, kind, contains)
		if err != nil && failure == nil {
			failure = err
		}
		return metric
	}
	m := &meters{
		queueTime:    declare("fal_queue_time", metrics.Trend, metrics.Time),
		runTime:      declare("fal_run_time", metrics.Trend, metrics.Time),
		timeToResult: declare("fal_time_to_result", metrics.Trend, metrics.Time),
		attempts:     declare("fal_attempts", metrics.Trend, metrics.Default),
		requests:     declare("fal_requests", metrics.Counter, metrics.Default),
		accepted:     declare("fal_accepted", metrics.Counter, metrics.Default),
		retries:      declare("fal_retries", metrics.Counter, metrics.Default),
		refusals:     declare("fal_refusals", metrics.Counter, metrics.Default),
		requeues:     declare("fal_requeues", metrics.Counter, metrics.Default),
		polls:        declare("fal_polls", metrics.Counter, metrics.Default),
		zombiePolls:  declare("fal_zombie_polls", metrics.Counter, metrics.Default),
		gaveUpRate:   declare("fal_gave_up", metrics.Rate, metrics.Default),
		slotsInUse:   declare("slots_in_use", metrics.Gauge, metrics.Default),
		slotsLeaked:  declare("slots_leaked", metrics.Gauge, metrics.Default),
	}
	return m, failure
}

// reading is one value of a metric.
type reading struct {
	metric *metrics.Metric
	value  float64
}

// push tells k6 readings that belong together.
func push(ctx context.Context, state *lib.State, tags metrics.TagsAndMeta, readings ...reading) {
	now := time.Now()
	samples := make([]metrics.Sample, 0, len(readings))
	for _, r := range readings {
		samples = append(samples, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: r.metric, Tags: tags.Tags},
			Time:       now,
			Metadata:   tags.Metadata,
			Value:      r.value,
		})
	}
	metrics.PushIfNotDone(ctx, state.Samples, metrics.ConnectedSamples{Samples: samples, Tags: tags.Tags, Time: now})
}

// callOver tells everything about a logical request that has ended.
func (m *meters) callOver(ctx context.Context, state *lib.State, call *Call) {
	tags := call.tags.Clone()
	tags.SetTag("outcome", call.Outcome)
	readings := []reading{
		{m.requests, 1},
		{m.attempts, float64(call.Attempts)},
		{m.gaveUpRate, asNumber(call.Outcome == outcomeGaveUp)},
		{m.timeToResult, milliseconds(call.elapsed)},
	}
	if call.hasStarted {
		readings = append(readings, reading{m.queueTime, milliseconds(call.queued)})
	}
	if call.hasRun {
		readings = append(readings, reading{m.runTime, milliseconds(call.ran)})
	}
	for _, counted := range []reading{{m.retries, float64(call.Attempts - 1)}, {m.refusals, float64(call.Refusals)}, {m.requeues, float64(call.Requeues)}, {m.polls, float64(call.Polls)}} {
		if counted.value > 0 {
			readings = append(readings, counted)
		}
	}
	push(ctx, state, tags, readings...)
}

func asNumber(flag bool) float64 {
	if flag {
		return 1
	}
	return 0
}
