package load

import (
	"errors"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// openGit looks whether the CONFIG is in git; nil when it is on disk.
func (l *loader) openGit() (*gitTree, error) {
	git, err := l.gitTree()
	if err != nil || git == nil {
		return nil, err
	}
	l.tree, l.out.FromGit = git, true
	return git, nil
}

func (l *loader) gitTree() (*gitTree, error) {
	switch rev, is := ParseRevision(l.out.Name); {
	case l.opt.Staged && l.opt.Since == "":
		return openAt(l.dir, func(repo *repository) (*gitTree, error) { return openIndex(repo) })
	case l.opt.Since != "":
		return openAt(l.dir, func(repo *repository) (*gitTree, error) {
			hash, err := repo.mergeBase(l.opt.Since)
			if err != nil {
				return nil, err
			}
			return openCommit(repo, hash, "revision "+l.opt.Since)
		})
	case is:
		return l.openRevision(rev)
	}
	return nil, nil
}

// openAt opens a tree of the repository that holds a place on disk.
func openAt(dir string, open func(*repository) (*gitTree, error)) (*gitTree, error) {
	repo, err := openRepository(dir)
	if err != nil {
		return nil, err
	}
	base, err := repo.place(dir)
	if err != nil {
		return nil, err
	}
	t, err := open(repo)
	if err == nil {
		t.base = base
	}
	return t, err
}

// openRevision opens a CONFIG that is given as a revision. One that may as well be
// a misspelt path is called both.
func (l *loader) openRevision(rev Revision) (*gitTree, error) {
	marked := strings.HasPrefix(l.out.Name, revisionMark)
	neither := broken("cannot read %s: there is no such file or directory", diag.Visible(l.out.Name))
	repo, err := openRepository(".")
	if err != nil {
		if !marked {
			return nil, neither
		}
		return nil, err
	}
	hash, err := repo.commit(rev.Rev)
	var e *Error
	if errors.As(err, &e) && !marked && e.Usage {
		return nil, broken("cannot read %s: there is no such file or directory, and no such git revision", diag.Visible(l.out.Name))
	}
	if err != nil {
		return nil, err
	}
	t, err := openCommit(repo, hash, "revision "+rev.Rev)
	if err != nil {
		return nil, err
	}
	if t.base, err = repo.placeOf(rev); err != nil {
		return nil, err
	}
	l.prefix = strings.TrimSuffix(l.out.Name, rev.tail()) + ":" + t.suffix()
	return t, nil
}
