package lsp

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/session"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// roots are the CONFIGs that are open: those in the folders of the workspace, those
// of open documents, and documents that stand alone, each a CONFIG by itself.
type roots struct {
	sync.Mutex
	folders []string
	open    map[string]*root // by path; that of a document alone is its name
}

// root is an open CONFIG and whoever looks at it when it changes.
type root struct {
	*session.Session
	path  string
	alone bool
	keeper
}

// nameOf is what sessions call a document: its path with slashes, or its whole URI
// where it is no file.
func nameOf(u uri.URI) string {
	if p := pathOf(u); p != "" {
		return filepath.ToSlash(p)
	}
	return string(u)
}

// pathOf is the path of a file's URI; empty for others.
func pathOf(u uri.URI) string {
	if !strings.HasPrefix(string(u), "file:") {
		return ""
	}
	return filepath.Clean(u.FsPath())
}

// uriOf is the URI of a file by its name; that of an open document is the client's.
func (s *server) uriOf(name string) uri.URI {
	if doc, ok := s.docs.get(name); ok {
		return doc.uri
	}
	if !filepath.IsAbs(filepath.FromSlash(name)) {
		return uri.URI(name)
	}
	return uri.File(filepath.FromSlash(name))
}

// openFolders opens the CONFIGs in the workspace's folders.
func (s *server) openFolders() {
	for _, dir := range s.roots.folders {
		for _, path := range load.RootsIn(dir) {
			s.rootAt(path)
		}
	}
}

// rootAt opens the CONFIG at a path, or finds it open; nil where it cannot be read.
func (s *server) rootAt(path string) *root {
	s.roots.Lock()
	r := s.roots.open[path]
	s.roots.Unlock()
	if r != nil {
		return r
	}
	return s.openRoot(&root{path: path}, s.opt.Open(path, s.settings.get))
}

func (s *server) openRoot(r *root, opt session.Options) *root {
	var err error
	if r.Session, err = session.Open(opt); err != nil {
		s.log("%s: %v", r.path, err)
		if !r.alone {
			s.tell(protocol.MessageTypeError, "pvefw: "+diag.Visible(err.Error()))
		}
		return nil
	}
	s.roots.Lock()
	s.roots.open[r.path] = r
	s.roots.Unlock()
	for _, name := range s.docs.names() {
		if doc, _ := s.docs.get(name); within(r.path, name) && !tooLarge(doc.text) {
			r.Overlay(name, doc.text)
		}
	}
	s.adopt(r)
	r.start(s, r)
	return r
}

// adopt ends the CONFIGs of documents alone that a CONFIG has as its files now.
func (s *server) adopt(r *root) {
	for _, one := range s.roots.list() {
		if one.alone && !r.alone && r.Holds(one.path) {
			s.roots.drop(one)
		}
	}
}

// rootOf is the CONFIG that a document is in.
func (s *server) rootOf(name string) *root {
	if path := filepath.FromSlash(name); filepath.IsAbs(path) {
		if at, ok := load.RootOf(path); ok {
			if r := s.rootAt(at); r != nil && r.Holds(name) {
				return r
			}
		}
	}
	return s.aloneOf(name)
}

// aloneOf is the CONFIG of an open document by itself.
func (s *server) aloneOf(name string) *root {
	s.roots.Lock()
	r := s.roots.open[name]
	s.roots.Unlock()
	doc, open := s.docs.get(name)
	if r != nil || !open || tooLarge(doc.text) || !load.IsFirewall(name, doc.text) {
		return r
	}
	return s.openRoot(&root{path: name, alone: true}, s.opt.Alone(name, func() []byte {
		doc, _ := s.docs.get(name)
		return doc.text
	}, s.settings.get))
}

// edited puts a document's new text into its CONFIG. One that it may become a file of
// gets it too, for the time when it has been read again.
func (s *server) edited(name string) {
	doc, ok := s.docs.get(name)
	if !ok {
		return
	}
	if tooLarge(doc.text) {
		s.tell(protocol.MessageTypeWarning, "pvefw: "+diag.Visible(name)+" is too large to be looked at")
		return
	}
	own := s.rootOf(name)
	for _, r := range s.roots.list() {
		if r == own || within(r.path, name) {
			r.Overlay(name, doc.text)
		}
	}
	if own != nil {
		own.wake(name)
	}
}

// closed takes a document's text out of all CONFIGs again, also where its file is gone.
func (s *server) closed(name string) {
	for _, r := range s.roots.list() {
		if r.alone && r.path == name {
			s.roots.drop(r)
			s.forget(name)
			continue
		}
		if r.Uncover(name); r.Holds(name) {
			r.wake(name)
		}
	}
}

// list is the open CONFIGs by path.
func (r *roots) list() []*root {
	r.Lock()
	defer r.Unlock()
	return slices.SortedFunc(maps.Values(r.open), func(a, b *root) int { return strings.Compare(a.path, b.path) })
}

func (r *roots) drop(one *root) {
	r.Lock()
	defer r.Unlock()
	delete(r.open, one.path)
	one.stop()
}

func (r *roots) close() {
	for _, one := range r.list() {
		r.drop(one)
	}
}
