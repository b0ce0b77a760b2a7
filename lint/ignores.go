package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

var ignoreExpired = &diag.Rule{
	Code: "ignore-expired", Category: "ignore", Severity: diag.Warning, Page: pages["ignore-expired"],
	Title: "An ignore entry whose date has passed",
	Description: "The entry in the settings was meant to hold until its date, so what it silenced is told again. " +
		"Mend the finding and delete the entry, or give the entry a later date and say why in its reason.",
}

// Ignore is an entry of the settings that silences findings.
type Ignore struct {
	Selector
	Reason  string
	Expires time.Time // the last day that it holds, at 0:00; zero: for ever
	Span    source.Span

	used, past bool
	near       bool // a file that was looked at fits its paths
}

// Ignores are the ignore entries of one settings file, and what became of them
// in all runs that they were given to.
type Ignores struct {
	List []*Ignore
}

// Clone returns the same entries with nothing noted of any run.
func (g *Ignores) Clone() *Ignores {
	if g == nil {
		return nil
	}
	out := &Ignores{}
	for _, x := range g.List {
		out.List = append(out.List, &Ignore{Selector: x.Selector, Reason: x.Reason, Expires: x.Expires, Span: x.Span})
	}
	return out
}

// expired tells whether an entry no longer holds. The day is the one of now's own
// time zone.
func (x *Ignore) expired(now time.Time) bool {
	if x.Expires.IsZero() || now.IsZero() {
		return false
	}
	y, m, d := now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).After(x.Expires)
}

// apply removes what the entries silence, and counts it.
func (g *Ignores) apply(l diag.List, x *index, now time.Time) (diag.List, int) {
	if g == nil || len(g.List) == 0 {
		return l, 0
	}
	for _, entry := range g.List {
		entry.past = entry.expired(now)
	}
	kept := slices.DeleteFunc(l, func(d diag.Diagnostic) bool { return g.silences(&d, x) })
	return kept, len(l) - len(kept)
}

func (g *Ignores) silences(d *diag.Diagnostic, x *index) bool {
	at := x.place(d)
	silenced := false
	for _, entry := range g.List {
		if entry.fits(d.Rule, at) {
			entry.used = true
			silenced = silenced || !entry.past
		}
	}
	return silenced
}

// meet notes which entries are about a file that was looked at.
func (g *Ignores) meet(files []*source.File, path func(string) string) {
	if g == nil {
		return
	}
	for _, entry := range g.List {
		entry.near = entry.near || slices.ContainsFunc(files, func(f *source.File) bool {
			at := path(f.Name())
			return slices.ContainsFunc(entry.Paths, func(p string) bool { return MatchPath(p, at) })
		})
	}
}

// Complaints are the findings about the entries themselves, to be asked for when
// all runs are over. whole says that everything the settings are about was looked
// at; otherwise an entry is only unused when its paths fit a file that was.
func (g *Ignores) Complaints(opt Options, whole bool) diag.List {
	if g == nil {
		return nil
	}
	var out diag.List
	for _, entry := range g.List {
		what := strings.Join(entry.Codes, ", ")
		if what == "" {
			what = "anything"
		}
		switch {
		case entry.past:
			out = append(out, diag.New(ignoreExpired, entry.Span, fmt.Sprintf("ignoring %s ended on %s", what, entry.Expires.Format(time.DateOnly))))
		case !entry.used && (whole || entry.near) && !g.allOff(entry, &opt):
			out = append(out, diag.New(ignoreUnused, entry.Span, fmt.Sprintf("there is no finding of %s that this entry ignores", what)))
		}
	}
	return opt.keep(out, newIndex(nil, opt.path))
}

// allOff tells whether every code of an entry is disabled, so that it cannot have
// been of use.
func (g *Ignores) allOff(entry *Ignore, opt *Options) bool {
	return len(entry.Codes) > 0 && !slices.ContainsFunc(opt.Catalog, func(r *diag.Rule) bool {
		is, _ := entry.names(r)
		return is && !opt.off(r)
	})
}
