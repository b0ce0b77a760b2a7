package cli

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// jsonDiff is the difference for programs.
type jsonDiff struct {
	Version   int            `json:"version"`
	Overall   string         `json:"overall"`
	Effects   []string       `json:"effects"` // opens, closes, answers, inspects, log: what there is
	Compared  int            `json:"compared"`
	Unknown   int            `json:"unknown"`
	Endpoints []jsonEndpoint `json:"endpoints"` // those with a difference
	Loads     []jsonLoad     `json:"loads"`
	Broken    []jsonBroken   `json:"unexpected,omitempty"`
	Files     []jsonFile     `json:"files"`
}

type jsonEndpoint struct {
	Endpoint  string       `json:"endpoint"`
	Node      string       `json:"node"`
	Direction string       `json:"direction"`
	Family    string       `json:"family"`
	Class     string       `json:"class"`
	Presence  string       `json:"presence"`
	OnlyLog   bool         `json:"only_logging"`
	Unknown   bool         `json:"unknown"`
	Changes   []jsonChange `json:"changes"`
}

// jsonChange is one box of packets whose verdict changes; the boxes of an endpoint
// are disjoint.
type jsonChange struct {
	Was     string            `json:"was"`
	Is      string            `json:"is"`
	Effect  string            `json:"effect"`
	Box     map[string]any    `json:"box"`
	Witness map[string]string `json:"witness"`
	Walked  bool              `json:"witness_walks"` // simulate says was and is about the witness
	Before  decider           `json:"before"`
	After   decider           `json:"after"`
	LogWas  string            `json:"log_was,omitempty"`
	LogIs   string            `json:"log_is,omitempty"`
}

type jsonLoad struct {
	Node   string   `json:"node"`
	Family string   `json:"family"`
	Before *decider `json:"before"` // what keeps it from being loaded; null where it loads
	After  *decider `json:"after"`
}

type jsonBroken struct {
	Expect   string   `json:"expect"` // empty: nobody expects the change
	Node     string   `json:"node"`
	Endpoint string   `json:"endpoint"`
	Text     string   `json:"text"`
	Boxes    []string `json:"boxes"`
}

type jsonFile struct {
	Path    string `json:"path"`
	Status  string `json:"status"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
	Diff    string `json:"diff,omitempty"`
}

// mostJSONBoxes bounds the boxes of one change of an endpoint; behind it the
// endpoint is unknown in part, and says so.
const mostJSONBoxes = 256

func (r *diffRun) writeJSON(d *compared) error {
	out := jsonDiff{Version: 1, Overall: d.class.String(), Effects: []string{}, Compared: d.lists(), Unknown: d.unknown(),
		Endpoints: []jsonEndpoint{}, Loads: []jsonLoad{}, Files: []jsonFile{}}
	for e := analysis.NoEffect; e <= analysis.Inspects; e++ {
		if d.tally.Has(e) {
			out.Effects = append(out.Effects, e.String())
		}
	}
	for i, n := range d.nodes {
		w := analysis.NewWitnesses(d.pairs[i][0], d.pairs[i][1])
		for k := range n.Endpoints {
			out.Endpoints = append(out.Endpoints, jsonEndpointOf(n.Node, &n.Endpoints[k], w))
		}
		for _, l := range n.Loads {
			out.Loads = append(out.Loads, jsonLoad{n.Node, familiesText(l.Families), blamed(l.Before), blamed(l.After)})
		}
	}
	out.addBroken(d)
	for _, f := range d.files {
		one := jsonFile{f.path, f.status, f.added, f.removed, f.patch}
		if r.stat {
			one.Diff = ""
		}
		out.Files = append(out.Files, one)
	}
	return writeJSON(r.Stdout, out)
}

func familiesText(f ir.Families) string {
	switch f {
	case ir.OnlyV4:
		return ir.V4.String()
	case ir.OnlyV6:
		return ir.V6.String()
	}
	return "all"
}

func blamed(b *analysis.Blame) *decider {
	if b == nil {
		return nil
	}
	d := placeDecider(b.Origin)
	d.Text = b.Reason
	return &d
}

func jsonEndpointOf(node string, e *analysis.EndpointChange, w *analysis.Witnesses) jsonEndpoint {
	out := jsonEndpoint{Endpoint: e.Endpoint, Node: node, Direction: e.Direction.String(), Family: e.Family.String(),
		Class: e.Class.String(), Presence: e.Presence.String(), Unknown: e.Unknown, OnlyLog: !e.Unknown, Changes: []jsonChange{}}
	for i := range e.Changes {
		c := &e.Changes[i]
		out.OnlyLog = out.OnlyLog && c.OnlyLog
		boxes, whole := c.Boxes(mostJSONBoxes)
		out.Unknown = out.Unknown || !whole
		for _, b := range boxes {
			found := w.Walking(e, c, b.Sample())
			one := jsonChange{Was: c.Was.Word(), Is: c.Is.Word(), Effect: e.Effect(c).String(), Box: jsonBox(b),
				Witness: jsonPacket(&found.Query), Walked: found.Walked, Before: deciderOf(&c.Was), After: deciderOf(&c.Is)}
			if c.OnlyLog {
				one.LogWas, one.LogIs = logText(c.Was.Log), logText(c.Is.Log)
			}
			out.Changes = append(out.Changes, one)
		}
	}
	return out
}

// jsonBox has a list of values for each limited field; not_FIELD lists those
// outside. The text says the same for people.
func jsonBox(b packet.Box) map[string]any {
	out := map[string]any{"text": b.String(), "family": b.Family().String()}
	for _, f := range b.Fields() {
		key := f.Key
		if f.Not {
			key = "not_" + key
		}
		values := f.Values
		if values == nil {
			values = []string{}
		}
		out[key] = values
		if f.More > 0 {
			out[key+"_more"] = f.More
		}
	}
	return out
}

// jsonPacket has the keys that simulate --packets takes.
func jsonPacket(q *packet.Query) map[string]string {
	out := map[string]string{}
	for _, key := range packet.Keys() {
		if text := q.Text(key); text != "" {
			out[key] = text
		}
	}
	return out
}

func (out *jsonDiff) addBroken(d *compared) {
	lines := d.brokenLines()
	for i := range d.broken {
		b := &d.broken[i]
		one := jsonBroken{Node: b.Node, Endpoint: b.Endpoint, Text: lines[i], Boxes: []string{}}
		if b.Promise != nil {
			one.Expect = b.Promise.Text
		}
		for _, box := range b.Boxes {
			one.Boxes = append(one.Boxes, box.String())
		}
		out.Broken = append(out.Broken, one)
	}
}
