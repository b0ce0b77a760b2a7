package rego

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// violation is one thing a policy reported.
type violation struct {
	message  string
	at       string // id in the document; empty: the unit itself
	effect   string // empty: the METADATA's
	severity string // empty: the METADATA's
	remove   bool   // a fix may delete the line
	reorder  bool   // a fix may move the rule that stands in the way
	replace  []replacement
	safe     bool // replace changes no meaning
	related  []relation
}

// relation is another place that explains a violation.
type relation struct{ at, message string }

// violations reads the value of report, deny or warn: a set of objects with a
// message, or of plain strings.
func violations(value any) ([]violation, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("it is no set but %T", value)
	}
	var out []violation
	for _, item := range items {
		v, err := violationOf(item)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func violationOf(item any) (violation, error) {
	switch item := item.(type) {
	case string:
		return violation{message: item}, nil
	case map[string]any:
		v := violation{}
		v.message, _ = item["message"].(string)
		v.at, _ = item["at"].(string)
		v.effect, _ = item["effect"].(string)
		v.severity, _ = item["severity"].(string)
		v.remove, _ = item["remove"].(bool)
		v.reorder, _ = item["reorder"].(bool)
		v.safe, _ = item["safe"].(bool)
		var err error
		if v.replace, err = replacementsOf(item["replace"]); err != nil {
			return v, err
		}
		if v.related, err = relationsOf(item["related"]); err != nil {
			return v, err
		}
		if v.message == "" {
			v.message, _ = item["msg"].(string) // as conftest's examples spell it
		}
		if v.message == "" {
			return v, errors.New("an object has no message")
		}
		if _, ok := severityOf(v.severity); v.severity != "" && !ok {
			return v, fmt.Errorf("%q is no severity", v.severity)
		}
		return v, nil
	}
	return violation{}, fmt.Errorf("it holds %T, not objects or strings", item)
}

// relationsOf reads a list of {"at", "message"}.
func relationsOf(value any) ([]relation, error) {
	list, ok := value.([]any)
	if value != nil && !ok {
		return nil, errors.New("related is no list")
	}
	var out []relation
	for _, item := range list {
		one, _ := item.(map[string]any)
		at, hasAt := one["at"].(string)
		message, hasMessage := one["message"].(string)
		if !hasAt || !hasMessage {
			return nil, errors.New("related holds more than objects with at and message")
		}
		out = append(out, relation{at, message})
	}
	return out, nil
}

// finding makes the diagnostic of a violation at span.
func (p *policy) finding(v violation, span source.Span) diag.Diagnostic {
	d := diag.New(p.rule, span, v.message)
	d.Effect = p.effect
	if v.effect != "" {
		d.Effect = v.effect
	}
	if s, ok := severityOf(v.severity); ok {
		d.Severity = s
	}
	if v.remove && !span.IsZero() && !span.WholeFile() {
		d.Fixes = []diag.Fix{removal(span)}
	}
	return d
}

// removal deletes the line of a finding. Whether it was needed after all is for
// people to say, so it is never safe.
func removal(at source.Span) diag.Fix {
	return diag.Fix{Title: "delete the line", Safety: diag.Unsafe, Edits: []source.Edit{{Span: wholeLineOf(at)}}}
}

// explainOrder shows the rule behind which another is never reached, and moves
// it below the last one if that is wanted.
func (w *world) explainOrder(d *diag.Diagnostic, r *config.Rule, reorder bool) {
	catcher := w.order().catchers[r]
	if catcher == nil || !reorder {
		return
	}
	d.Related = append(d.Related, diag.Related{Span: catcher.Span(), Message: "it takes every packet first"})
	if r.Action != config.AcceptAction || catcher.Action == config.AcceptAction {
		return
	}
	line, last := wholeLineOf(catcher.Span()), wholeLineOf(w.order().last[catcher].Span())
	text := strings.TrimSuffix(line.Text(), "\n")
	if strings.HasSuffix(last.Text(), "\n") {
		text += "\n"
	} else {
		text = "\n" + text
	}
	last.Start = last.End
	d.Fixes = append(d.Fixes, diag.Fix{Title: "move line " + strconv.Itoa(line.From().Line) + " below the last rule", Safety: diag.Unsafe,
		Edits: []source.Edit{{Span: line}, {Span: last, Text: text}}})
}

// wholeLineOf is the line at a place with its line feed.
func wholeLineOf(at source.Span) source.Span {
	line := at.File.Line(at.From().Line)
	if int(line.End) < len(at.File.Bytes()) {
		line.End++
	}
	return line
}
