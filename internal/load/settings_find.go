package load

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// findSettings reads the settings file: the one of --config, else the nearest one
// in dir and above it, where the CONFIG is: on disk, in a revision or in the
// index. name is what it is shown as, at its absolute path; both are empty when
// there is none.
func (l *loader) findSettings(dir string) (name, at string, data []byte, err error) {
	git, inGit := l.tree.(*gitTree)
	switch {
	case l.opt.Settings != "":
		at, name = l.opt.Settings, filepath.ToSlash(l.opt.Settings)
	case inGit:
		return l.gitSettings(git)
	default:
		if at = nearestSettings(dir); at == "" {
			return "", "", nil, nil
		}
		name = settingsDisplay(at)
	}
	data, err = l.reader.read(name, at)
	if abs, err := filepath.Abs(at); err == nil {
		at = abs
	}
	return diag.Visible(name), at, data, err
}

// nearestSettings looks in dir and above it, up to the top of a git work tree or
// of the file system.
func nearestSettings(dir string) string {
	at, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		file := filepath.Join(at, SettingsName)
		if _, err := os.Lstat(file); err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return file
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return ""
		}
		above := filepath.Dir(at)
		if above == at {
			return ""
		}
		at = above
	}
}

// gitSettings looks in the same way in a tree of git.
func (l *loader) gitSettings(git *gitTree) (name, at string, data []byte, err error) {
	base := *git
	base.base = ""
	for dir := git.base; ; dir = slashed(path.Dir(dir)) {
		inner := path.Join(dir, SettingsName)
		if git.entry(inner).kind != missing {
			at = filepath.Join(git.repo.top, filepath.FromSlash(inner))
			if name = settingsDisplay(at); l.opt.Since == "" && !l.opt.Staged {
				name = strings.TrimSuffix(strings.TrimSuffix(l.prefix, "/"), git.base) + inner
			}
			name = diag.Visible(name)
			data, err = base.read(&l.reader, inner, name)
			git.blobs = base.blobs
			return name, at, data, err
		}
		if dir == "" {
			return "", "", nil, nil
		}
	}
}

// settingsDisplay shortens a path below the current directory.
func settingsDisplay(file string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil && filepath.IsLocal(rel) {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
