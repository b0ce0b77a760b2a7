package listing

import (
	"encoding/json"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/facts"
)

// ours are the tables that belong to pvefw, in the order of programs.
var ours = []Table{{nft.Inet.String(), nft.HostTable}, {nft.Bridge.String(), nft.GuestTable}}

// head is what objects have in common.
type head struct {
	Family string `json:"family"`
	Table  string `json:"table"`
	Name   string `json:"name"`
	Handle uint64 `json:"handle"`
}

func (r *reading) table(h *head) {
	at := Table{h.Family, h.Name}
	if !slices.Contains(ours, at) {
		r.out.Others = append(r.out.Others, at)
		return
	}
	family := nft.Inet
	if h.Family == nft.Bridge.String() {
		family = nft.Bridge
	}
	if r.tables == nil {
		r.tables = map[Table]*table{}
	}
	r.tables[at] = &table{Table: &nft.Table{Family: family, Name: h.Name},
		chains: map[string]*nft.Chain{}, sets: map[string]*nft.Set{}, helpers: map[string]*nft.Helper{}, drafts: map[*nft.Chain][]draft{}}
}

type chainObject struct {
	Type   *string `json:"type"`
	Hook   string  `json:"hook"`
	Prio   int32   `json:"prio"`
	Policy string  `json:"policy"`
}

func (r *reading) chain(t *table, h *head, body json.RawMessage) error {
	var o chainObject
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	c := &nft.Chain{Name: h.Name}
	if o.Type != nil {
		point := slices.IndexFunc(hooks, func(p nft.HookPoint) bool { return p.String() == o.Hook })
		if point < 0 || *o.Type != "filter" || o.Policy != "accept" {
			r.strange(Strange{Table: t.Name, Chain: h.Name, Reason: "a base chain of another kind"})
			return nil
		}
		c.Hook = &nft.Hook{Point: hooks[point], Priority: o.Prio}
	}
	t.chains[c.Name] = c
	t.Chains = append(t.Chains, c)
	return nil
}

var hooks = []nft.HookPoint{nft.Prerouting, nft.Input, nft.Forward, nft.Output, nft.Postrouting}

type helperObject struct {
	Type     string `json:"type"`
	Protocol string `json:"protocol"`
	L3       string `json:"l3proto"`
}

func (r *reading) helper(t *table, h *head, body json.RawMessage) error {
	var o helperObject
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	families := []nft.HelperL3{nft.AnyL3, nft.OnlyIP, nft.OnlyIP6}
	l3 := slices.IndexFunc(families, func(l nft.HelperL3) bool { return l.String() == o.L3 })
	proto, known := facts.ProtocolByName(o.Protocol)
	if l3 < 0 || !known {
		r.strange(Strange{Table: t.Name, Reason: "the helper " + h.Name})
		return nil
	}
	made := &nft.Helper{Name: h.Name, Type: o.Type, Proto: uint8(proto.Number), L3: families[l3]}
	t.helpers[h.Name] = made
	t.Helpers = append(t.Helpers, made)
	return nil
}

type ruleObject struct {
	Chain   string `json:"chain"`
	Handle  uint64 `json:"handle"`
	Comment string `json:"comment"`
	Expr    []any  `json:"expr"`
}

// rule keeps a rule until the sets and chains behind it are known.
func (r *reading) rule(t *table, _ *head, body json.RawMessage) error {
	o := &ruleObject{}
	if err := decode(body, o); err != nil {
		return err
	}
	c := t.chains[o.Chain]
	if c == nil {
		r.strange(Strange{Table: t.Name, Chain: o.Chain, Handle: o.Handle, Reason: "a rule of a chain that is not known"})
		return nil
	}
	t.waiting = append(t.waiting, waiting{c, o})
	return nil
}
