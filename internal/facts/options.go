package facts

import "strconv"

// OptionType says which values an option takes.
type OptionType uint8

// The option types; Parse says what each accepts.
const (
	BoolType       OptionType = iota // 0 or 1
	NumberType                       // decimal digits
	LevelType                        // a log level
	PolicyType                       // ACCEPT, DROP or REJECT
	HelpersType                      // comma list of conntrack helpers
	EtherTypesType                   // comma list of layer-2 protocols
	QueuesType                       // N or N:M
	RateLimitType                    // see ParseRateLimit
)

// Option is one option of one or more kinds of files. An option whose values or
// defaults differ between files has a row for each.
type Option struct {
	Name          string // lower case
	Envs          []Env
	Type          OptionType
	Default       string // as it acts when the option is not set; empty: nothing
	Documented    string // the documented default where it is another one
	CaseSensitive bool   // the name counts as written, unlike all others
	Description   string // one line, no full stop

	// Min and Max are the range that the web interface allows; 0: none. The
	// daemon's file reader does not check them.
	Min, Max int

	noReject bool // a policy without REJECT
	notEmpty bool // a level that must be named
}

// OptionIn finds an option of a kind of file. The name may be in any case unless
// the option is CaseSensitive. The result is shared and must not be changed.
func OptionIn(env Env, name string) (*Option, bool) {
	lowered := lower(name)
	for i := range optionTable {
		o := &optionTable[i]
		if o.Name == lowered && o.in(env) && (!o.CaseSensitive || o.Name == name) {
			return o, true
		}
	}
	return nil, false
}

// OptionElsewhere lists the kinds of files that know an option of this name,
// whatever its case, in the order of the Env constants.
func OptionElsewhere(name string) []Env {
	var envs []Env
	for env := Cluster; env <= VNet; env++ {
		if _, ok := OptionIn(env, lower(name)); ok {
			envs = append(envs, env)
		}
	}
	return envs
}

// Options lists all rows: cluster, host, guest, VNet. The slice is the caller's,
// its elements are shared and must not be changed.
func Options() []*Option {
	all := make([]*Option, len(optionTable))
	for i := range optionTable {
		all[i] = &optionTable[i]
	}
	return all
}

// Values lists what the option may be set to, in the preferred spelling; nil
// where that is no closed set (numbers and lists).
func (o *Option) Values() []string {
	switch o.Type {
	case BoolType:
		return []string{"0", "1"}
	case LevelType:
		return LogLevels()
	case PolicyType:
		if o.noReject {
			return []string{"ACCEPT", "DROP"}
		}
		return []string{"ACCEPT", "DROP", "REJECT"}
	}
	return nil
}

// OutOfRange reports whether a parsed number lies outside Min and Max.
func (o *Option) OutOfRange(value string) bool {
	if o.Type != NumberType || o.Min == 0 && o.Max == 0 {
		return false
	}
	n, err := strconv.Atoi(value)
	return err != nil || n < o.Min || o.Max != 0 && n > o.Max
}

func (o *Option) in(env Env) bool {
	for _, e := range o.Envs {
		if e == env {
			return true
		}
	}
	return false
}
