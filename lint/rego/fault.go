package rego

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/diag"
)

// Fault is what is wrong with a policy, in words for whoever wrote it.
type Fault struct {
	File         string // as shown to people; empty when it is about no file
	Line, Column int    // from 1; 0 where they are unknown
	Code         string // of the policy, once it is known
	Text         string
	err          error
}

// Error is FILE:LINE:COLUMN: policy CODE: TEXT, as far as they are known.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if f.Code != "" {
		b.WriteString("policy " + f.Code + ": ")
	}
	return b.String() + f.Text
}

// Unwrap returns what the fault was made from; nil for what pvefw itself found.
func (f *Fault) Unwrap() error { return f.err }

// Faults are those of a compilation, by place. None is nil.
type Faults []*Fault

// Error gives them a line each.
func (l Faults) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

func (l Faults) sorted() Faults {
	slices.SortStableFunc(l, func(a, b *Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(l, func(a, b *Fault) bool { return a.Error() == b.Error() })
}

// faultsOf reads what OPA says about policies that do not parse or compile.
func faultsOf(file string, err error) Faults {
	var list ast.Errors
	if !errors.As(err, &list) || len(list) == 0 {
		var one *ast.Error
		if !errors.As(err, &one) {
			return Faults{{File: file, Text: err.Error(), err: err}}
		}
		list = ast.Errors{one}
	}
	var out Faults
	for _, e := range list {
		f := &Fault{File: file, Text: messageOf(e), err: e}
		if at := e.Location; at != nil && at.Row > 0 {
			f.Line, f.Column = at.Row, at.Col
			if at.File != "" {
				f.File = at.File
			}
		}
		out = append(out, f)
	}
	return out
}

// messageOf says in one line what OPA says, with the nearest key for one that
// does not exist.
func messageOf(e *ast.Error) string {
	text, _, _ := strings.Cut(e.Message, "\n")
	detail, ok := e.Details.(*ast.RefErrInvalidDetail)
	if !ok || detail.Pos >= len(detail.Ref) || len(detail.OneOf) == 0 {
		return text
	}
	wrong, isText := detail.Ref[detail.Pos].Value.(ast.String)
	if !isText {
		return text
	}
	text = fmt.Sprintf("%s has no key \"%s\"", detail.Ref[:detail.Pos], string(wrong))
	var known []string
	for _, v := range detail.OneOf {
		if key, isText := v.(ast.String); isText {
			known = append(known, string(key))
		}
	}
	if near := diag.Nearest(string(wrong), known); near != "" {
		text += "; did you mean " + near + "?"
	}
	return text
}
