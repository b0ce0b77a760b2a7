package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// MostBytes is how long the file of a plan may be.
const MostBytes = 64 << 20

// JSON is the plan as it stands in a file, ending in a line feed.
func (p *Plan) JSON() []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(p); err != nil {
		panic("unreachable: a plan is plain data: " + err.Error())
	}
	return out.Bytes()
}

// Read reads the file of a plan. It refuses anything that JSON did not write: the error
// is a sentence without its end.
func Read(text []byte) (*Plan, error) {
	if len(text) > MostBytes {
		return nil, fmt.Errorf("the plan is longer than %d MiB", MostBytes>>20)
	}
	var head struct {
		Version     int    `json:"version"`
		Fingerprint string `json:"fingerprint"`
	}
	switch err := json.Unmarshal(text, &head); {
	case err != nil || head.Version == 0 || head.Fingerprint == "":
		return nil, errors.New("this is not a plan of pvefw")
	case head.Version != Version:
		return nil, fmt.Errorf("the plan has the shape of version %d, and this pvefw reads version %d", head.Version, Version)
	}
	p := &Plan{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil || p.Fingerprint() != p.Mark || !bytes.Equal(p.JSON(), text) {
		return nil, errors.New("the plan was changed after it was made")
	}
	return p, nil
}

// Stale tells why a plan that was made earlier does not hold any more, as a sentence
// without its end; empty if it does. The other plan is made of what there is now.
func (p *Plan) Stale(now *Plan) string {
	switch {
	case p.Node != now.Node:
		return fmt.Sprintf("the plan is for the node %s, and this is %s", p.Node, now.Node)
	case p.Backend != now.Backend || p.Semantics != now.Semantics:
		return "the plan is for another backend or other semantics"
	case p.Config.Digest != now.Config.Digest:
		return "the files have changed since the plan was made"
	case p.Live.Digest != now.Live.Digest:
		return "the rules in force have changed since the plan was made"
	case p.Wanted != now.Wanted:
		return fmt.Sprintf("this pvefw makes other rules of the same files than %s, which made the plan", p.Tool)
	}
	return ""
}
