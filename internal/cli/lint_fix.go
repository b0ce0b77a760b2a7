package cli

import (
	"fmt"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/lint"
)

// checkFix refuses flags that do not go together.
func (r *lintRun) checkFix(args []string) error {
	switch {
	case r.unsafe && !r.fix:
		return usagef(r.cmd, "--unsafe goes with --fix")
	case r.dryRun && !r.fix:
		return usagef(r.cmd, "--dry-run goes with --fix")
	case r.fix && r.stdin && len(args) > 1:
		return usagef(r.cmd, "with --fix standard input stands alone; mend the rest in a call of its own")
	}
	return nil
}

// mend makes the fixes of one CONFIG and returns what remains.
func (r *lintRun) mend(path string, o *opened, look lint.Look) (lint.Result, error) {
	m, err := lint.MendAll(o.Input, r.unsafe, look)
	if err != nil {
		return m.Result, err
	}
	switch {
	case r.dryRun:
		for _, f := range m.Files {
			r.writeText(textdiff.Unified(f.Old.Name(), f.Old.Name(), string(f.Old.Bytes()), string(f.New.Bytes()), 3))
		}
	case r.stdin:
		r.printMended(o, &m)
	default:
		if err := writeMended(fixRoot(path, o), m.Files); err != nil {
			return m.Result, err
		}
	}
	r.tellMends(&m)
	return m.Result, nil
}

// printMended gives the text on standard input back, mended.
func (r *lintRun) printMended(o *opened, m *lint.Mended) {
	for _, f := range o.Input.Files() {
		text := f.Bytes()
		for _, changed := range m.Files {
			if changed.Old == f {
				text = changed.New.Bytes()
			}
		}
		r.writeText(string(text))
	}
}

// fixRoot is the directory that no file is written outside of.
func fixRoot(path string, o *opened) string {
	switch {
	case path == "" && o.Name == "":
		return "."
	case path == "":
		return o.Name
	case isDirectory(path):
		return path
	}
	return filepath.Dir(path)
}

// writeMended writes all files or, if one of them cannot be replaced, none: a fix
// may move a line from one file to another.
func writeMended(root string, files []lint.FileMend) error {
	for _, f := range files {
		if _, _, err := replaceable(filepath.FromSlash(f.Old.Name()), root, f.Old.Bytes()); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := replaceFile(filepath.FromSlash(f.Old.Name()), root, f.Old.Bytes(), f.New.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// tellMends lists what was done, by file.
func (r *lintRun) tellMends(m *lint.Mended) {
	did := "mended"
	if r.dryRun {
		did = "would mend"
	}
	for _, mend := range m.Mends {
		fmt.Fprintf(r.Stderr, "%s %s: %s: %s\n", did, diag.Visible(mend.Finding.Span.String()), mend.Finding.Rule.Code, diag.Visible(mend.Fix.Title))
	}
	text := fmt.Sprintf("%s %s in %s; %s", did, count(len(m.Mends), "finding"), count(len(m.Files), "file"), remain(len(m.Result.Findings)))
	if m.Left > 0 && !r.unsafe {
		text += fmt.Sprintf(", %d of them with a fix that --unsafe allows", m.Left)
	}
	fmt.Fprintf(r.Stderr, "pvefw: %s\n", text)
}

func remain(n int) string {
	if n == 1 {
		return "1 remains"
	}
	return fmt.Sprintf("%d remain", n)
}
