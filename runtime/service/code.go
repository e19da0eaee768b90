package service

import (
	"crypto/sha256"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/files"
	"lunarium/runtime/vm"
)

// codeCache keeps compiled code by what it was compiled from, so that it is
// never stale. A file is read each time, unless its stamp proves that it is the
// one that was read before.
type codeCache struct {
	mu    sync.Mutex
	code  map[codeKey]*vm.Code
	files map[fileKey]fileCode
	// contents are the keys of code that came from files, by chunk name, the latest
	// last.
	contents map[string][]codeKey
	// loaded are the bytes of source that came from load and not from services' files.
	loaded int
}

type fileKey struct{ path, name string }

type fileCode struct {
	stamp fileStamp
	code  *vm.Code
}

// fileStamp differs between a file and any later content of it, if the file had
// been left alone for settledFile when it was stamped: then a later change gets
// a later time, however coarse the file system's clock is.
type fileStamp struct {
	dev, ino uint64
	size     int64
	changed  int64 // nanoseconds
}

const settledFile = 2 * time.Second

// fileInfo is what statFile tells. The stamp means something only if settled.
type fileInfo struct {
	stamp   fileStamp
	settled bool
}

// keepContents is how many contents of a file are kept: reloads make new ones
// without end.
const keepContents = 4

// maxLoaded bounds the source of what load compiled: services make texts without
// end.
const maxLoaded = 4 << 20

type codeKey struct {
	chunk string
	sum   [sha256.Size]byte
	owned bool // see CompileOwned
}

// CompileFile compiles a file as it is now. Its chunk name is "@" and the path.
func (n *Node) CompileFile(path string) (*vm.Code, error) {
	return n.compileFile(path, path)
}

// compileFile compiles a file under another name than its path.
func (n *Node) compileFile(path, name string) (*vm.Code, error) {
	info, _ := statFile(path)
	return n.compileFound(path, name, info)
}

// compileFound compiles a file that was just looked at.
func (n *Node) compileFound(path, name string, info fileInfo) (*vm.Code, error) {
	c, key := &n.code, fileKey{path, name}
	if info.settled {
		c.mu.Lock()
		known := c.files[key]
		c.mu.Unlock()
		if known.code != nil && known.stamp == info.stamp {
			return known.code, nil
		}
	}
	content, err := files.ReadRegular(path)
	if err != nil {
		return nil, err
	}
	code, err := n.cached(source{"@" + name, content, fromFile}, func() (*bytecode.Proto, error) { return compile.File(name, content) })
	if err == nil && info.settled {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.files == nil {
			c.files = map[fileKey]fileCode{}
		}
		c.files[key] = fileCode{info.stamp, code}
	}
	return code, err
}

// Compile compiles a chunk; its name is as load's ("@file.lua", "=name", or the
// source itself).
func (n *Node) Compile(chunkName string, text []byte) (*vm.Code, error) {
	return n.cached(source{chunkName, text, fromNode}, func() (*bytecode.Proto, error) { return compile.Chunk(chunkName, text, nil) })
}

// CompileOwned is Compile for a service's own code, that it got from load or from a
// file of its choice: it counts as the service's memory. It is given up when stop,
// which is asked now and then, says so.
func (n *Node) CompileOwned(chunkName string, text []byte, stop func() bool) (*vm.Code, error) {
	return n.cached(source{chunkName, text, fromService}, func() (*bytecode.Proto, error) { return compile.Chunk(chunkName, text, stop) })
}

// source is what code is compiled from.
type source struct {
	chunk string
	text  []byte
	from  origin
}

// origin is who has something compiled.
type origin uint8

const (
	fromFile    origin = iota // a service's file
	fromNode                  // the node, for what it does with a service
	fromService               // Lua code
)

func (n *Node) cached(s source, compile func() (*bytecode.Proto, error)) (*vm.Code, error) {
	key := codeKey{s.chunk, sha256.Sum256(s.text), s.from == fromService}
	c := &n.code
	c.mu.Lock()
	code := c.code[key]
	c.mu.Unlock()
	if code != nil {
		return code, nil
	}
	proto, err := compile()
	if err != nil {
		return nil, err
	}
	if s.from == fromService {
		code = n.loader.LoadOwned(proto)
	} else {
		code = n.loader.Load(proto)
	}
	if strings.HasPrefix(s.chunk, "@") {
		code.KeepText(string(s.text))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == nil {
		c.code = map[codeKey]*vm.Code{}
	}
	if s.from == fromFile {
		c.forgetOld(key)
	} else if c.loaded += len(s.text); c.loaded > maxLoaded {
		c.forgetLoaded()
		c.loaded = len(s.text)
	}
	c.code[key] = code
	return code, nil
}

// forgetOld makes way for a new content of a file.
func (c *codeCache) forgetOld(latest codeKey) {
	if c.contents == nil {
		c.contents = map[string][]codeKey{}
	}
	keys := append(c.contents[latest.chunk], latest)
	if len(keys) > keepContents {
		delete(c.code, keys[0])
		keys = slices.Delete(keys, 0, 1)
	}
	c.contents[latest.chunk] = keys
}

func (c *codeCache) forgetLoaded() {
	for key := range c.code {
		if !slices.Contains(c.contents[key.chunk], key) {
			delete(c.code, key)
		}
	}
}

// ClearCache forgets compiled code and gives how many chunks that were. Running
// code is not touched.
func (n *Node) ClearCache() int {
	n.code.mu.Lock()
	defer n.code.mu.Unlock()
	count := len(n.code.code)
	n.code.code, n.code.files, n.code.contents = nil, nil, nil
	return count
}

// Find gives the file of a service: for a name with a slash or ".lua" the file
// of that name, else the first on the search path.
func (n *Node) Find(name string) (string, error) {
	path, _, err := n.find(name)
	return path, err
}

func (n *Node) find(name string) (string, fileInfo, error) {
	var tried []string
	for _, path := range n.places(name) {
		if slices.ContainsFunc(tried, func(other string) bool { return filepath.Clean(other) == filepath.Clean(path) }) {
			continue
		}
		if info, ok := statFile(path); ok {
			return path, info, nil
		}
		tried = append(tried, path)
	}
	return "", fileInfo{}, &NotFoundError{name, tried}
}

// places gives the files that a name may mean.
func (n *Node) places(name string) []string {
	var paths []string
	if strings.Contains(name, "/") || strings.HasSuffix(name, ".lua") {
		paths = append(paths, name)
	}
	if name != "" && !filepath.IsAbs(name) {
		for _, pattern := range n.config.Path {
			paths = append(paths, strings.ReplaceAll(pattern, "?", strings.TrimSuffix(name, ".lua")))
		}
	}
	return paths
}
