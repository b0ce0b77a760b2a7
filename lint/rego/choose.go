package rego

import (
	"sync"
	"sync/atomic"
)

// This file finds the files that policies are asked about. Most gates let few of
// ten thousand guests pass, so what a gate looks at is found without making the
// document around it, once for all policies, and side by side.

// choose asks the gates of policies about files, guests and nodes, each about all.
func (w *world) choose(list []*policy) {
	var asked []*policy
	for _, p := range list {
		if p.unit != ruleUnit && p.unit != clusterUnit && !p.gate.isOpen() {
			asked = append(asked, p)
		}
	}
	if len(asked) == 0 {
		return
	}
	var files []placedFile
	for f := range w.files() {
		files = append(files, f)
	}
	w.extra() // is made by one
	pass := make([]bool, len(asked)*len(files))
	sideBySide(len(files), func(i int) {
		v := fileView{fileFacts: fileFacts{w, files[i], idTable{}}}
		for k, p := range asked {
			pass[k*len(files)+i] = files[i].is(p.unit) && p.gate.passes(&v)
		}
	})
	w.chosen = map[*policy][]placedFile{}
	for k, p := range asked {
		for i, f := range files {
			if pass[k*len(files)+i] {
				w.chosen[p] = append(w.chosen[p], f)
			}
		}
	}
}

// looksAt tells whether a policy has anything to look at.
func (w *world) looksAt(p *policy) bool {
	if p.unit == ruleUnit || p.unit == clusterUnit || p.gate.isOpen() {
		return p.gate.opens(w, p.unit)
	}
	return len(w.chosen[p]) > 0
}

// fileView is what can be told of a file's document.
type fileView struct {
	fileFacts
	values map[string]any // of facts
	inside object         // input.owner
}

// look implements view.
func (v *fileView) look(top, key string) (any, knowledge) {
	switch {
	case top == "facts" && key != "":
		return v.fact(key)
	case top == "owner" && key != "":
		if v.inside == nil {
			v.inside = v.owner(v.placedFile, v.places)
		}
		value, ok := v.inside[key]
		return value, known(ok)
	}
	doc, _ := v.fileDocument(v.placedFile, fields{names: map[string]*subset{top: {whole: true}}})
	return doc.look(top, key)
}

// fact finds each once.
func (v *fileView) fact(key string) (any, knowledge) {
	if value, ok := v.values[key]; ok {
		return value, defined
	}
	find, ok := fileFactKeys[key]
	if !ok {
		return nil, undefined
	}
	if v.values == nil {
		v.values = map[string]any{}
	}
	v.values[key] = find(&v.fileFacts)
	return v.values[key], defined
}

func known(ok bool) knowledge {
	if ok {
		return defined
	}
	return undefined
}

// sideBySide does n things, numbered from 0, on all processors; each of them takes
// a run of neighbours at a time.
func sideBySide(n int, do func(i int)) {
	const run = 64
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(workers(), (n+run-1)/run) {
		wait.Go(func() {
			for {
				first := int(next.Add(run)) - run
				if first >= n {
					return
				}
				for i := first; i < min(first+run, n); i++ {
					do(i)
				}
			}
		})
	}
	wait.Wait()
}
