package load

import (
	"encoding/json"
)

// factsFile is the file of a snapshot that stands for what no file of /etc/pve says.
const factsFile = "pvefw-snapshot.json"

// snapshotVersion is that of the snapshot's form.
const snapshotVersion = 1

// recordedFacts is factsFile. It comes from somebody else: whatever is not of its
// form is dropped when it is read.
type recordedFacts struct {
	Version int                     `json:"version"`
	Whole   bool                    `json:"whole"`          // it was taken of a node, so nothing is missing
	Node    string                  `json:"node,omitempty"` // the one that it was taken on
	Nodes   map[string]recordedNode `json:"nodes"`
}

type recordedNode struct {
	Address      string            `json:"address,omitempty"`
	Addresses    []string          `json:"addresses,omitempty"`
	LocalNetwork string            `json:"local_network,omitempty"`
	AltNames     map[string]string `json:"altnames,omitempty"`
}

// readFacts is nil for a text of another form or version.
func readFacts(text []byte) *recordedFacts {
	f := &recordedFacts{}
	if json.Unmarshal(text, f) != nil || f.Version != snapshotVersion || f.Node != "" && !nodeName.MatchString(f.Node) {
		return nil
	}
	return f
}

func (f *recordedFacts) facts(name string) NodeFacts {
	n := f.Nodes[name]
	out := NodeFacts{Name: name, AltNames: n.AltNames}
	if isAddress(n.Address) {
		out.Address = n.Address
	}
	for _, a := range n.Addresses {
		if isAddress(a) {
			out.Addresses = append(out.Addresses, a)
		}
	}
	if _, err := parseNetwork(n.LocalNetwork); err == nil {
		out.LocalNetwork = n.LocalNetwork
	}
	return out
}
