package listing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Listing is what a listing says.
type Listing struct {
	Program *nft.Program // pvefw's tables, as far as they could be read
	Strange []Strange    // what else stands in them, at most mostStrange
	More    int          // how many strange things are not in Strange
	Others  []Table      // tables of others, in the order of the listing
}

// Strange is something in pvefw's tables that is not in the program.
type Strange struct {
	Table, Chain string // Chain is empty for what stands in no chain
	Handle       uint64 // of the rule; zero otherwise
	Reason       string // for people; may quote the listing
}

// Table names a table.
type Table struct{ Family, Name string }

// mostStrange bounds what is told about a ruleset that somebody else wrote.
const mostStrange = 1000

// schema is the version of the JSON that this package reads.
const schema = 1

// Read reads a listing. The error is a sentence without its end about a text that is no
// listing, or that breaks off.
func Read(text []byte) (*Listing, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := enter(d); err != nil {
		return nil, err
	}
	r := &reading{out: &Listing{Program: &nft.Program{}}}
	for d.More() {
		var object map[string]json.RawMessage
		if err := d.Decode(&object); err != nil {
			return nil, broken(d, err)
		}
		for kind, body := range object {
			if err := r.object(kind, body); err != nil {
				return nil, err
			}
		}
	}
	for range 2 { // the list and what it is in
		if _, err := d.Token(); err != nil {
			return nil, broken(d, err)
		}
	}
	if !r.told {
		return nil, errors.New("no metainfo stands in the JSON, so nobody knows what wrote it")
	}
	r.finish()
	return r.out, nil
}

var errForeign = errors.New("this is not what \"nft -j list ruleset\" prints")

// enter reads up to the first object.
func enter(d *json.Decoder) error {
	for _, want := range []json.Token{json.Delim('{'), "nftables", json.Delim('[')} {
		if got, err := d.Token(); err != nil || got != want {
			return errForeign
		}
	}
	return nil
}

func broken(d *json.Decoder, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON breaks off before its end")
	}
	return fmt.Errorf("the JSON is torn near byte %d", d.InputOffset())
}

// reading is a listing on its way.
type reading struct {
	out    *Listing
	told   bool // metainfo was there
	tables map[Table]*table
}

// table is one of pvefw's.
type table struct {
	*nft.Table
	chains  map[string]*nft.Chain
	sets    map[string]*nft.Set
	helpers map[string]*nft.Helper
	waiting []waiting              // rules, which are read when everything that they name is known
	drafts  map[*nft.Chain][]draft // of what could be read
}

type waiting struct {
	chain *nft.Chain
	rule  *ruleObject
}

// object reads one object of the list.
func (r *reading) object(kind string, body json.RawMessage) error {
	if kind == "metainfo" {
		return r.metainfo(body)
	}
	var h head
	if err := json.Unmarshal(body, &h); err != nil {
		return fmt.Errorf("an object of the kind %q cannot be read", kind)
	}
	if kind == "table" {
		r.table(&h)
		return nil
	}
	t := r.tables[Table{h.Family, h.Table}]
	if t == nil {
		return nil
	}
	read := map[string]func(*table, *head, json.RawMessage) error{
		"chain": r.chain, "set": r.set, "map": r.set, "ct helper": r.helper, "rule": r.rule,
	}[kind]
	if read == nil {
		r.strange(Strange{Table: t.Name, Reason: fmt.Sprintf("the %s %s", kind, h.Name)})
		return nil
	}
	if err := read(t, &h, body); err != nil {
		return fmt.Errorf("%s %s of the table %s cannot be read", kind, h.Name, t.Name)
	}
	return nil
}

func (r *reading) metainfo(body json.RawMessage) error {
	var info struct {
		Schema int `json:"json_schema_version"`
	}
	if json.Unmarshal(body, &info) != nil || info.Schema != schema {
		return fmt.Errorf("the JSON has another schema than version %d", schema)
	}
	r.told = true
	return nil
}

func (r *reading) strange(s Strange) {
	if len(r.out.Strange) == mostStrange {
		r.out.More++
		return
	}
	r.out.Strange = append(r.out.Strange, s)
}

// finish reads the rules and puts the tables in the order of programs.
func (r *reading) finish() {
	for _, known := range ours {
		t := r.tables[known]
		if t == nil {
			continue
		}
		for i := range t.waiting {
			r.draft(t, &t.waiting[i])
		}
		r.settle(t)
		r.out.Program.Tables = append(r.out.Program.Tables, t.Table)
	}
}
