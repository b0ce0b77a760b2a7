package cli

import (
	"fmt"
	"path/filepath"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// fmtFile is one file of fmt, before and after.
type fmtFile struct {
	path     string // for people and for the operating system
	root     string // the CONFIG's directory that links must not leave; empty for a file named by itself
	old, new []byte
	unclear  bool // rules of the oldest form are left
}

// open formats all .fw files of one PATH. What --canonical must not lose is told
// here; nothing is written then.
func (r *fmtRun) open(path string) ([]fmtFile, error) {
	o, err := openFiles(r.Streams, path, load.Options{Stdin: r.Stdin, StdinName: r.stdinName, Now: r.Now})
	if err != nil {
		return nil, err
	}
	if o.Snapshot && r.write {
		return nil, usagef(r.cmd, "%s is a snapshot, which cannot be written; leave out -w", diag.Visible(path))
	}
	if o.FromGit && r.write {
		return nil, usagef(r.cmd, "%s is a git revision, which cannot be written; leave out -w", diag.Visible(path))
	}
	defer r.progress("formatting " + shownPath(path))()
	var files []fmtFile
	by := map[*source.File]*source.File{} // by what was loaded: what is formatted
	cfg, _ := config.Resolve(o.Input)
	cfg.EachFile(func(fw *config.FW) {
		f := fw.File.Source
		if by[f] != nil { // nodes may share a file
			return
		}
		one := fmtFile{path: f.Name(), root: rootOf(path, o.Loaded), old: f.Bytes()}
		by[f] = r.translated(fw, &one)
		if !r.canonical {
			one.new = config.Format(by[f], fw.Env)
		}
		files = append(files, one)
	})
	if r.canonical {
		r.canonise(o.Input.Exchange(by), files)
	}
	return files, nil
}

// rootOf is the directory that a PATH stands for.
func rootOf(path string, loaded *load.Loaded) string {
	if path != "" && !isDirectory(path) {
		return ""
	}
	return filepath.Clean(loaded.Name)
}

// translated gives the rules of the oldest form their flags, if that is wanted,
// and tells which ones it cannot help.
func (r *fmtRun) translated(fw *config.FW, one *fmtFile) *source.File {
	f := fw.File.Source
	if !r.positional {
		return f
	}
	edits, unclear := grammar.FromPositional(fw.File)
	for _, b := range unclear {
		one.unclear = true
		fmt.Fprintf(r.Stderr, "%s:%d: this rule cannot be translated with certainty; give its fields their flags by hand\n",
			diag.Visible(f.Name()), b.Number)
	}
	if len(edits) == 0 {
		return f
	}
	text, err := source.Apply(f, edits)
	if err != nil {
		panic("unreachable: edits of different lines overlap: " + err.Error())
	}
	return source.NewFile(f.Name(), text)
}

// canonise gives files the form that Proxmox writes.
func (r *fmtRun) canonise(in config.Input, files []fmtFile) {
	cfg, _ := config.Resolve(in)
	byName := map[string]*config.FW{}
	cfg.EachFile(func(fw *config.FW) { byName[fw.File.Source.Name()] = fw })
	for i := range files {
		fw := byName[files[i].path]
		files[i].new = config.Canonical(fw, r.Now)
		if !r.dropComments {
			r.refuse(fw)
		}
	}
}

// refuse lists what a file would lose.
func (r *fmtRun) refuse(fw *config.FW) {
	lost := config.Lost(fw)
	if len(lost) == 0 {
		return
	}
	r.refused = true
	name := diag.Visible(fw.File.Source.Name())
	for _, l := range lost {
		fmt.Fprintf(r.Stderr, "%s:%d: %s would be lost\n", name, l.Line.Number, l.What)
	}
	fmt.Fprintf(r.Stderr, "pvefw: %s is left as it is: Proxmox keeps nothing of what is listed; --drop-comments allows the loss\n", name)
}
