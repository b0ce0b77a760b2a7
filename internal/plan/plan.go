package plan

// Version is that of the shape of a plan.
const Version = 1

// Plan is what would be done to one node.
type Plan struct {
	Version   int    `json:"version"`
	Tool      string `json:"tool"` // the version of pvefw that made it
	Node      string `json:"node"`
	Backend   string `json:"backend"`   // nft or iptables
	Semantics string `json:"semantics"` // what the files are taken to mean

	Config Source `json:"config"` // the files
	Live   Source `json:"live"`   // what is in force
	Wanted string `json:"wanted"` // digest of what the files ask for

	Summary   Summary   `json:"summary"`
	Changes   []Change  `json:"changes"` // at most mostChanges; Summary counts them all
	Traffic   *Traffic  `json:"traffic"` // null where nobody compared packets
	Blocking  []Finding `json:"blocking"`
	Foreign   []Foreign `json:"foreign"`   // what others put where pvefw's rules are
	Untouched []string  `json:"untouched"` // tables of others, which no plan touches

	Mark string `json:"fingerprint"` // Fingerprint, for those who only have the file
}

// Source names something that was read, and its content.
type Source struct {
	Name   string `json:"name"`
	Digest string `json:"digest"` // SHA-256, hexadecimal
}

// Action is what happens to an object.
type Action string

// The actions.
const (
	Create Action = "create"
	Modify Action = "change"
	Delete Action = "delete"
)

// Object is a kind of what a ruleset consists of.
type Object string

// The objects.
const (
	TableObject  Object = "table"
	ChainObject  Object = "chain"
	SetObject    Object = "set"
	MapObject    Object = "map"
	HelperObject Object = "helper"
)

// Change is what happens to one object.
type Change struct {
	Action Action `json:"action"`
	Object Object `json:"object"`
	Table  string `json:"table"` // with its family, as nft or the tool says it
	Name   string `json:"name"`  // empty for a table
	Place  string `json:"place"` // FILE:LINE that asks for it, or what made it; empty if nobody knows
	Note   string `json:"note,omitempty"`

	Added   int    `json:"added"`   // rules or elements
	Removed int    `json:"removed"` // rules or elements
	Lines   []Line `json:"lines"`   // the first ones: what is added and removed, and what stands beside it
	More    int    `json:"more"`    // lines with + or - that are not in Lines
}

// Line is a rule of a chain or an element of a set.
type Line struct {
	Op    string `json:"op"`    // + - or, for what stays, a blank; … where lines that stay are left out
	Text  string `json:"text"`  // in the words of the tool
	Place string `json:"place"` // the files and lines that it comes from, as its comment says

	Marked bool `json:"-"` // it bears the comment of a rule that pvefw made
}

// The values of Op.
const (
	Added   = "+"
	Removed = "-"
	Stays   = " "
	LeftOut = "…"
)

// Summary counts all changes.
type Summary struct {
	Tables   Count `json:"tables"`
	Chains   Count `json:"chains"`
	Sets     Count `json:"sets"` // and maps
	Helpers  Count `json:"helpers"`
	Rules    Pair  `json:"rules"`
	Elements Pair  `json:"elements"`
}

// Count counts objects by what happens to them.
type Count struct {
	Create int `json:"create"`
	Change int `json:"change"`
	Delete int `json:"delete"`
}

// Pair counts what comes and what goes.
type Pair struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
}

// Empty reports whether nothing would change.
func (s *Summary) Empty() bool { return *s == Summary{} }

// Finding is something about the files that must be settled first: a line that the
// reader drops, or that stands for something else than it says.
type Finding struct {
	Code    string `json:"code"`
	Place   string `json:"place"`
	Message string `json:"message"`
}

// Foreign is something in pvefw's tables that pvefw did not make and cannot say itself.
type Foreign struct {
	Table  string `json:"table"`
	Chain  string `json:"chain"`  // empty for what stands in no chain
	Handle uint64 `json:"handle"` // of a rule, for nft; zero where nobody knows
	What   string `json:"what"`
}

// The bounds of a plan. They depend on nothing, so that equal inputs give equal plans.
const (
	mostChanges = 5000
	mostLines   = 60    // of a change
	allLines    = 20000 // of all changes
	context     = 2     // lines that stay, around those that do not
)
