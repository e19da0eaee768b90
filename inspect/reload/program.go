package reload

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file finds out which files of a service have changed, and which program they
// make.

// changedModules gives the units of the modules whose files have changed. A
// module without its file stays as it is.
func (r *reload) changedModules() ([]unit, error) {
	var units []unit
	for _, m := range r.modules() {
		u, err := r.moduleUnit(m)
		if errors.Is(err, fs.ErrNotExist) {
			r.note("module %s stays as it is: its file %s is gone, so that the service could not be started again", m.name, m.path())
			continue
		}
		if err != nil {
			return nil, err
		}
		if !sameText(u.running.Proto(), u.fresh.Proto()) {
			units = append(units, u)
		}
	}
	return units, nil
}

// changedOthers gives the units of the files that the service loaded in other ways, such
// as dofile, and that have changed. The implementation's is not among them.
func (r *reload) changedOthers() (units []unit) {
	for _, path := range slices.Sorted(maps.Keys(r.svc.Files())) {
		if u, changed := r.otherUnit(path); changed {
			units = append(units, u)
		}
	}
	return units
}

// otherUnit gives the unit of a file that is no module; false when it has not changed.
func (r *reload) otherUnit(path string) (unit, bool) {
	running := r.svc.Files()[path]
	_, isModule := r.moduleAt(path)
	if _, impl, ok := r.holder(); isModule || running == nil || ok && impl.Proto().Source == running.Proto().Source {
		return unit{}, false
	}
	fresh, err := r.svc.Node().Sources().CompileFile(path)
	if err != nil || sameText(running.Proto(), fresh.Proto()) {
		return unit{}, false // a file that is gone, or broken, fails where it is loaded
	}
	return unit{fileName(r.svc, path), running, fresh, path}, true
}

// withoutLater leaves out the files that the program does not load when it begins.
func withoutLater(units []unit, base *world) []unit {
	return slices.DeleteFunc(slices.Clone(units), func(u unit) bool {
		return u.path != "" && (base == nil || base.Files()[u.path] == nil)
	})
}

func (r *reload) moduleUnit(m module) (unit, error) {
	fresh, err := r.svc.Node().Sources().CompileFile(m.path())
	return unit{module: m.name, running: m.chunk.Code(), fresh: fresh}, err
}

// moduleAt finds the module that was loaded from a file.
func (r *reload) moduleAt(file string) (module, bool) {
	for _, m := range r.modules() {
		if sameFile(m.path(), file) {
			return m, true
		}
	}
	return module{}, false
}

// running gives the program that the service runs.
func (r *reload) running() program {
	p := program{main: r.svc.Code(), files: map[string]*vm.Code{}}
	for path, code := range r.svc.Files() {
		p.files[path] = code
	}
	for _, m := range r.modules() {
		p.files[m.path()] = m.chunk.Code()
	}
	return p
}

// edited gives the program with other code for some files. What is no module is read
// anew, unless the operator named another file.
func (r *reload) edited(units []unit) program {
	p := program{main: r.svc.Code(), files: map[string]*vm.Code{}}
	if r.alone {
		maps.Copy(p.files, r.svc.Files())
	}
	for _, m := range r.modules() {
		p.files[m.path()] = m.chunk.Code()
	}
	for _, u := range units {
		if u.module == "" {
			p.main = u.fresh
		} else {
			path := u.path
			if path == "" {
				path = strings.TrimPrefix(u.running.Proto().Source, "@")
			}
			p.files[path] = u.fresh
		}
	}
	return p
}

// Texts gives the texts of the files that a service runs, by their paths: its own, its
// modules' and what else it has loaded. They may be others than the files have now.
func Texts(ctx context.Context, s *service.Service) (texts map[string]string, err error) {
	err = s.Do(ctx, func(own service.Self) {
		r := &reload{ctx: ctx, svc: own.Reloading(), st: own.State()}
		p := r.running()
		texts = map[string]string{}
		for path, code := range p.files {
			texts[path] = code.Text()
		}
		texts[s.Path()] = p.main.Text()
		maps.DeleteFunc(texts, func(path, text string) bool { return path == "" || text == "" })
	})
	return texts, err
}
