package cli

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir/packet"
)

// verifyJSON is the shape of verify --format json.
type verifyJSON struct {
	Version  int           `json:"version"`
	Tests    []provedJSON  `json:"tests"`
	Coverage decidedJSON   `json:"coverage"`
	Summary  verifySummary `json:"summary"`
	Missing  []string      `json:"missing_facts"`
}

// provedJSON is one test. Packet has the keys of a packet of simulate --packets.
type provedJSON struct {
	Name   string            `json:"name"`
	Kind   string            `json:"kind"`
	Some   bool              `json:"some"`
	File   string            `json:"file"`
	Line   int               `json:"line"`
	Status string            `json:"status"` // holds, fails or unknown
	Reason string            `json:"reason,omitempty"`
	Notes  []string          `json:"notes,omitempty"`
	Cases  int               `json:"cases"`
	Wrong  int               `json:"wrong"`
	Node   string            `json:"node,omitempty"`
	Packet map[string]string `json:"packet,omitempty"`
	*jsonResult
}

type decidedJSON struct {
	Rules     int         `json:"rules"`
	Decided   int         `json:"decided"`
	Undecided []placeJSON `json:"undecided"`
}

// placeJSON is a line of a file.
type placeJSON struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

type verifySummary struct {
	Holds   int `json:"holds"`
	Fails   int `json:"fails"`
	Unknown int `json:"unknown"`
}

func (r *verifyRun) writeVerifyJSON(report *verify.Report) error {
	out := verifyJSON{Version: 1, Tests: []provedJSON{}, Missing: r.opened.missing(),
		Summary: verifySummary{report.Count(verify.Holds), report.Count(verify.Fails), report.Count(verify.Unknown)}}
	for i := range report.Results {
		out.Tests = append(out.Tests, provedJSONOf(&report.Results[i]))
	}
	c := &report.Coverage
	out.Coverage = decidedJSON{c.Rules, c.Rules - len(c.Undecided), []placeJSON{}}
	for _, s := range c.Undecided {
		out.Coverage.Undecided = append(out.Coverage.Undecided, placeJSONOf(s))
	}
	return writeJSON(r.Stdout, out)
}

func placeJSONOf(s source.Span) placeJSON {
	return placeJSON{s.File.Name(), s.From().Line, textOf(s)}
}

func provedJSONOf(res *verify.Result) provedJSON {
	t := res.Test
	out := provedJSON{Name: t.Name.Text, Kind: t.Kind.String(), Some: t.Some, Status: res.Status.String(), Reason: res.Reason,
		Notes: res.Notes, Cases: res.Cases, Wrong: res.Wrong}
	if !t.Name.Span.IsZero() {
		out.File, out.Line = t.Name.Span.File.Name(), t.Name.Span.From().Line
	}
	if e := res.Example; e != nil {
		walk := jsonResultOf(packet.Result{Verdict: e.Verdict, Path: e.Path})
		out.Node, out.jsonResult, out.Packet = e.Node, &walk, jsonPacket(&e.Query)
	}
	return out
}
