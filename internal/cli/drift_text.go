package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
)

// json is the report for programs: on one line where several come one after the other.
func (r *driftRun) json(report *plan.Report) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if !r.watch {
		enc.SetIndent("", " ")
	}
	if err := enc.Encode(report); err != nil {
		panic("unreachable: a report is plain data: " + err.Error())
	}
	return out.Bytes()
}

// driftText writes a report for people.
type driftText struct {
	*Streams
	out   bytes.Buffer
	table string // of the last difference
}

func (r *driftRun) text(report *plan.Report) []byte {
	w := &driftText{Streams: r.Streams}
	if r.watch {
		fmt.Fprintf(&w.out, "%s\n", w.painted(faint, time.Now().Format(time.DateTime)))
	}
	for i := range report.Drifts {
		if i == mostPlanned*4 {
			fmt.Fprintf(&w.out, "  … and %s; --format json has more of them\n", count(len(report.Drifts)-i+report.More, "more difference"))
			break
		}
		w.drift(&report.Drifts[i])
	}
	if report.Empty() {
		fmt.Fprintf(&w.out, "%s node %s has in force what its files ask for.\n", w.painted(green, "No drift:"), diag.Visible(report.Node))
		return w.out.Bytes()
	}
	fmt.Fprintf(&w.out, "\n%s on node %s %s.\n", w.painted(red, "Drift:"), diag.Visible(report.Node), driftSentence(report))
	return w.out.Bytes()
}

// kindColors are those of a difference and of its sign.
var kindColors = map[plan.Kind]string{plan.Missing: red, plan.Extra: red, plan.Differs: yellow, plan.Beside: yellow}

func (w *driftText) drift(d *plan.Drift) {
	if d.Table != w.table && d.Object != plan.TableObject {
		fmt.Fprintf(&w.out, "table %s\n", diag.Visible(d.Table))
	}
	w.table = d.Table
	if d.Text != "" && d.Name != "" {
		line := fmt.Sprintf("      %s  %s%s", w.painted(kindColors[d.Kind], fmt.Sprintf("%-7s", d.Kind)), cutText(d.Text), w.remark(d.Place))
		fmt.Fprintln(&w.out, strings.TrimRight(line, " ")+w.remark(d.Who))
		return
	}
	name, indent := d.Name, "  "
	if d.Object == plan.TableObject {
		name, indent = d.Table, ""
	}
	fmt.Fprintf(&w.out, "%s%s %s %s%s%s%s\n", indent, w.painted(kindColors[d.Kind], string(d.Kind)), d.Object, diag.Visible(name), plainText(d.Text), w.remark(d.Place), w.remark(d.Who))
}

func plainText(text string) string {
	if text == "" {
		return ""
	}
	return " " + cutText(text)
}

// driftSentence counts the differences by kind.
func driftSentence(r *plan.Report) string {
	var n [4]int
	kinds := []plan.Kind{plan.Missing, plan.Extra, plan.Differs, plan.Beside}
	for i := range r.Drifts {
		for k, kind := range kinds {
			if r.Drifts[i].Kind == kind {
				n[k]++
			}
		}
	}
	var parts []string
	for k, words := range [][2]string{{"thing is missing", "things are missing"}, {"too much", "too much"}, {"object differs", "objects differ"}, {"other filters beside", "others filter beside"}} {
		if n[k] > 0 {
			parts = append(parts, counted(n[k], words[0], words[1]))
		}
	}
	if r.More > 0 {
		parts = append(parts, count(r.More, "more difference"))
	}
	return strings.Join(parts, ", ")
}
