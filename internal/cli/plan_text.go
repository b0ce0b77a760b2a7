package cli

import (
	"bytes"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
)

// planText writes a plan for people.
type planText struct {
	*Streams
	plan  *plan.Plan
	whole bool
	out   bytes.Buffer
	table string      // of the last change
	fate  plan.Action // of that table, if it comes or goes as a whole
}

func (r *planRun) text(p *planned) []byte {
	w := &planText{Streams: r.Streams, plan: p.Plan, whole: r.whole}
	if p.whole != nil {
		w.plan = p.whole
	}
	return w.write()
}

func (w *planText) write() []byte {
	w.head()
	w.blocking()
	for i := range w.shownChanges() {
		w.change(&w.plan.Changes[i])
	}
	w.left()
	w.traffic()
	w.foreign()
	w.last()
	return w.out.Bytes()
}

func (w *planText) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// head says what is compared with what.
func (w *planText) head() {
	p := w.plan
	config := p.Config.Name
	if config == "" {
		config = "the current directory"
	}
	w.printf("%s\n", w.painted(faint, fmt.Sprintf("node %s, %s: %s (%s) against %s", diag.Visible(p.Node), backendName(p.Backend), diag.Visible(config), p.Semantics, diag.Visible(p.Live.Name))))
	w.out.WriteByte('\n')
}

func backendName(backend string) string {
	if backend == "nft" {
		return "nftables"
	}
	return backend
}

// mostPlanned bounds what a plan shows of changes and of findings without --full.
const mostPlanned = 50

// blocking lists what must be settled in the files first.
func (w *planText) blocking() {
	list := w.plan.Blocking
	if len(list) == 0 {
		return
	}
	heading := "In the files, before this can be applied:"
	if w.plan.Backend != "nft" {
		heading = "In the files, and not in force as written:"
	}
	w.printf("%s\n", w.painted(red, heading))
	for i, f := range list {
		if i == mostPlanned && !w.whole {
			w.printf("  … and %s; pvefw lint tells them all\n", count(len(list)-i, "more line"))
			break
		}
		w.printf("  %s: %s[%s]: %s\n", diag.Visible(f.Place), w.painted(red, "error"), f.Code, diag.Visible(f.Message))
	}
	w.out.WriteByte('\n')
}

// shownChanges are those that are not left to --full.
func (w *planText) shownChanges() []plan.Change {
	if w.whole {
		return w.plan.Changes
	}
	return w.plan.Changes[:min(len(w.plan.Changes), mostPlanned)]
}

var (
	actionSigns  = map[plan.Action]string{plan.Create: "+", plan.Modify: "~", plan.Delete: "-"}
	actionColors = map[plan.Action]string{plan.Create: green, plan.Modify: yellow, plan.Delete: red}
	lineColors   = map[string]string{plan.Added: green, plan.Removed: red}
)

func (w *planText) change(c *plan.Change) {
	name, indent := c.Name, "  "
	if c.Object == plan.TableObject {
		name, indent = c.Table, ""
	}
	if c.Table != w.table {
		if w.table != "" {
			w.out.WriteByte('\n')
		}
		if w.table, w.fate = c.Table, ""; c.Object != plan.TableObject {
			w.printf("table %s\n", diag.Visible(c.Table))
		}
	}
	if c.Object == plan.TableObject {
		w.fate = c.Action
	}
	w.printf("%s%s %s %s%s%s\n", indent, w.painted(actionColors[c.Action], actionSigns[c.Action]), c.Object, diag.Visible(name), w.size(c), w.remark(c.Place))
	if c.Note != "" {
		w.printf("      %s\n", w.painted(yellow, diag.Visible(c.Note)))
	}
	w.lines(c)
}

// size is how much comes and goes.
func (w *planText) size(c *plan.Change) string {
	text := ""
	if n := c.Added + c.Removed; c.Action != plan.Modify && n > 0 {
		return "  " + w.painted(faint, count(n, lineWord(c.Object)))
	}
	if c.Added > 0 {
		text += "  " + w.painted(green, fmt.Sprintf("+%d", c.Added))
	}
	if c.Removed > 0 {
		text += "  " + w.painted(red, fmt.Sprintf("-%d", c.Removed))
	}
	return text
}

// mostAlike bounds the lines of what comes or goes as a whole.
const mostAlike = 8

// lines shows what comes and goes, and where it stands.
func (w *planText) lines(c *plan.Change) {
	if c.Action == w.fate && !w.whole {
		return // what is in a table that comes or goes as a whole need not be read
	}
	list, more := c.Lines, c.More
	if c.Action != plan.Modify && len(list) > mostAlike && !w.whole {
		more += len(list) - mostAlike
		list = list[:mostAlike]
	}
	for _, l := range list {
		if l.Op == plan.LeftOut {
			w.printf("        %s\n", w.painted(faint, "…"))
			continue
		}
		text := diag.Visible(l.Text)
		if !w.whole {
			text = cutText(l.Text)
		}
		w.printf("      %s%s\n", w.colored(l.Op, text), w.remark(l.Place))
	}
	if more > 0 {
		w.printf("      %s\n", w.painted(faint, "… and "+count(more, "more "+lineWord(c.Object))))
	}
}

func (w *planText) colored(op, text string) string {
	if code := lineColors[op]; code != "" {
		return w.painted(code, op) + " " + text
	}
	return w.painted(faint, op+" "+text)
}

func lineWord(o plan.Object) string {
	if o == plan.ChainObject {
		return "rule"
	}
	return "element"
}
