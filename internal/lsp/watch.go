package lsp

import (
	"path/filepath"
	"slices"

	"github.com/pvefw/pvefw/internal/load"
	"go.lsp.dev/protocol"
)

// didChangeWatchedFiles follows the disk. A .fw file with a new text is read by
// itself; where files come and go, or say what guests there are, the CONFIG is read
// again.
func (s *server) didChangeWatchedFiles(p *protocol.DidChangeWatchedFilesParams) (work, error) {
	again := map[*root]bool{}
	for _, c := range p.Changes {
		name := nameOf(c.URI)
		if c.Type == protocol.FileChangeTypeChanged && s.saved(name) {
			continue
		}
		for _, r := range s.roots.list() {
			if r.alone || within(r.path, name) {
				again[r] = true
			}
		}
		s.openFound(name)
	}
	for r := range again {
		if r.alone || load.IsRoot(r.path) {
			r.reload()
			continue
		}
		s.dissolve(r)
	}
	return nil, nil
}

// dissolve closes a folder that does not look like a CONFIG any more. Its open documents
// are put where they belong now.
func (s *server) dissolve(r *root) {
	s.drop(r)
	for _, name := range s.docs.names() {
		if within(r.path, name) {
			s.edited(name)
		}
	}
}

// saved reads a file of a CONFIG; false where it is in none.
func (s *server) saved(name string) (known bool) {
	for _, r := range s.roots.list() {
		if !r.Holds(name) {
			continue
		}
		known = true
		text, err := load.ReadFile(filepath.FromSlash(name), nil)
		if err != nil {
			s.log("%v", err)
			r.reload()
			continue
		}
		r.Saved(name, text)
		r.wake(name)
	}
	return known
}

// joined opens the CONFIG that a saved document may be a new file of, or reads it
// again. Not every client watches files.
func (s *server) joined(name string) {
	path, ok := load.RootOf(filepath.FromSlash(name))
	if !ok || !filepath.IsAbs(path) {
		return
	}
	if r := s.rootAt(path); r != nil && !r.Holds(name) {
		r.reload()
	}
}

// openFound opens the CONFIG that a new file makes of its folder.
func (s *server) openFound(name string) {
	path := filepath.FromSlash(name)
	root, ok := load.RootOf(path)
	inFolder := slices.ContainsFunc(s.roots.folders, func(dir string) bool { return within(dir, name) })
	if ok && inFolder && load.IsRoot(root) {
		s.rootAt(root)
	}
}

// within tells whether a file lies in a folder or below it.
func within(dir, name string) bool {
	rel, err := filepath.Rel(dir, filepath.FromSlash(name))
	return err == nil && filepath.IsLocal(rel)
}

func (s *server) didChangeWorkspaceFolders(p *protocol.DidChangeWorkspaceFoldersParams) (work, error) {
	for _, f := range p.Event.Removed {
		dir := pathOf(f.URI)
		s.roots.folders = slices.DeleteFunc(s.roots.folders, func(d string) bool { return d == dir })
		for _, r := range s.roots.list() {
			if within(dir, r.path) && !r.alone && !s.needed(r) {
				s.drop(r)
			}
		}
	}
	for _, f := range p.Event.Added {
		s.roots.folders = append(s.roots.folders, pathOf(f.URI))
	}
	s.openFolders()
	return nil, nil
}

// needed tells that a document of the CONFIG is open.
func (s *server) needed(r *root) bool { return slices.ContainsFunc(s.docs.names(), r.Holds) }

// drop closes a CONFIG and takes back what was said about it.
func (s *server) drop(r *root) {
	s.roots.drop(r)
	for _, name := range r.Snapshot().Names() {
		s.forget(name)
	}
}
