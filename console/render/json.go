package render

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"lunarium/console/secret"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file writes replies as JSON.

// ErrDepth is returned for a reply that is nested too deeply, or in a cycle.
var ErrDepth = errors.New("too deeply nested for JSON")

const maxDepth = 200

// JSON encodes a command's reply on one line. Replies are plain Go data and
// need no tags:
//
//   - a struct's exported fields become snake_case members in their order (a
//     json tag may rename or drop one; embedded structs are flattened);
//   - a time.Duration is a number of seconds, a time.Time RFC 3339 text, an
//     error its message, a value with MarshalText or a named type with a String
//     method that text; a nil slice is [], a nil map {}, a nil pointer null;
//   - what is no number in JSON, NaN and the infinities, is marked, as below.
//
// A plain.Value becomes what it describes: nil, booleans, numbers and strings
// as such; a table with the keys 1, 2, … an array; one with only string keys an
// object; the empty table {}. What JSON can't say is an object whose members
// begin with $ (string keys that begin with $ are therefore given in pairs):
//
//	{"$pairs": [[key, value], …]}      a table with other or mixed keys
//	{"$number": "nan"}                 also "inf", "-inf"
//	{"$lua": "\"\\255\\254\""}         a string that is not UTF-8, as a Lua literal
//	{"$cut": "start of", "$length": n} a string that was cut (its length in bytes)
//	{"$more": n}                       n entries not shown: an array's last element,
//	                                   a member of an object, or beside $pairs
//	{"$entries": n}                    a table not looked into (depth limit)
//	{"$same": path}, {"$cycle": path}  a table that is shown elsewhere
//	{"$function": text}, {"$userdata": text}, {"$thread": text}
//	{"$hidden": "•••"}                 a value under a name that looks secret
//
// The values of secrets are hidden: in a plain.Value, in texts, of a map, and of a struct whose
// Name, Path or Key looks secret.
func JSON(reply any, secrets *secret.Names) (string, error) {
	e := jsonEncoder{secrets: secrets}
	if err := e.reply(reflect.ValueOf(reply), 0); err != nil {
		return "", fmt.Errorf("encode reply: %w", err)
	}
	return e.out.String(), nil
}

// JSONList is JSON for a list of replies that are made one after the other, and written
// so.
type JSONList struct {
	out   io.Writer
	e     jsonEncoder
	begun bool
}

// NewJSONList begins a list.
func NewJSONList(out io.Writer, secrets *secret.Names) *JSONList {
	return &JSONList{out: out, e: jsonEncoder{secrets: secrets}}
}

// Add writes the next reply, or nothing when that fails.
func (l *JSONList) Add(reply any) error {
	l.e.out.Reset()
	l.next()
	if err := l.e.reply(reflect.ValueOf(reply), 1); err != nil {
		return fmt.Errorf("encode reply: %w", err)
	}
	return l.write()
}

// End ends the list; more tells how many are not in it: {"$more": n}, as its last
// element.
func (l *JSONList) End(more int) error {
	l.e.out.Reset()
	if more > 0 {
		l.next()
		fmt.Fprintf(&l.e.out, `{"$more":%d}`, more)
	} else if !l.begun {
		l.e.raw("[")
	}
	l.e.raw("]")
	return l.write()
}

// next writes what stands before an element.
func (l *JSONList) next() {
	if l.begun {
		l.e.raw(",")
	} else {
		l.e.raw("[")
	}
}

func (l *JSONList) write() error {
	l.begun = true
	_, err := l.out.Write(l.e.out.Bytes())
	return err
}

// jsonEncoder writes one reply after the other.
type jsonEncoder struct {
	out     bytes.Buffer
	members map[reflect.Type][]member // what is known of structs
	secrets *secret.Names             // whose values are hidden
}

func (e *jsonEncoder) raw(s string) { e.out.WriteString(s) }

// text writes a JSON string; s must be UTF-8. What could act on a terminal or is not
// seen is escaped.
func (e *jsonEncoder) text(s string) error {
	if isPlain(s) {
		e.out.WriteByte('"')
		e.out.WriteString(s)
		e.out.WriteByte('"')
		return nil
	}
	start := e.out.Len()
	enc := json.NewEncoder(&e.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return err
	}
	e.out.Truncate(e.out.Len() - 1) // the encoder's newline
	written := string(e.out.Bytes()[start:])
	if strings.IndexFunc(written, unseen) >= 0 {
		e.out.Truncate(start)
		for _, r := range written {
			if !unseen(r) {
				e.out.WriteRune(r)
				continue
			}
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&e.out, `\u%04x`, unit)
			}
		}
	}
	return nil
}

// isPlain tells whether JSON says a text as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func unseen(r rune) bool { return !unicode.IsPrint(r) }

// open writes {"name": in front of a value; close it with "}".
func (e *jsonEncoder) open(name string) error {
	e.raw("{")
	return e.key(name)
}

func (e *jsonEncoder) key(name string) error {
	err := e.text(name)
	e.raw(":")
	return err
}

func (e *jsonEncoder) wrapped(name, s string) error {
	if err := e.open(name); err != nil {
		return err
	}
	err := e.text(visible.Text(s))
	e.raw("}")
	return err
}

func (e *jsonEncoder) number(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return e.wrapped("$number", plain.FormatNumber(f))
	}
	b, err := json.Marshal(f)
	e.out.Write(b)
	return err
}

func (e *jsonEncoder) luaString(s string) error {
	s = e.secrets.Text(s)
	if utf8.ValidString(s) {
		return e.text(s)
	}
	return e.wrapped("$lua", visible.Quote(s))
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
	valueType    = reflect.TypeFor[plain.Value]()
	textsType    = reflect.TypeFor[Texts]()
)

// reply writes any Go value of a command's reply.
func (e *jsonEncoder) reply(v reflect.Value, depth int) error {
	if depth > maxDepth {
		return ErrDepth
	}
	if !v.IsValid() {
		e.raw("null")
		return nil
	}
	switch v.Type() {
	case durationType:
		return e.number(time.Duration(v.Int()).Seconds())
	case timeType:
		return e.text(v.Interface().(time.Time).Format(time.RFC3339Nano))
	case valueType:
		return e.value(e.secrets.Value("", v.Interface().(plain.Value)), depth)
	case textsType:
		return e.texts(v.Interface().(Texts))
	}
	if done, err := e.described(v); done {
		return err
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			e.raw("null")
			return nil
		}
		return e.reply(v.Elem(), depth+1)
	case reflect.String:
		return e.luaString(v.String())
	case reflect.Float32, reflect.Float64:
		return e.number(v.Float())
	case reflect.Struct:
		e.raw("{")
		_, err := e.fields(v, depth, true)
		e.raw("}")
		return err
	case reflect.Slice, reflect.Array:
		return e.list(v, depth)
	case reflect.Map:
		return e.mapping(v, depth)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return fmt.Errorf("a %s is not plain data", v.Type())
	}
	b, err := json.Marshal(v.Interface())
	e.out.Write(b)
	return err
}

// described writes values whose type says how they read: errors, words,
// identifiers. Structs with a String method are data all the same.
func (e *jsonEncoder) described(v reflect.Value) (done bool, err error) {
	if v.Kind() == reflect.Pointer && v.IsNil() || v.Kind() == reflect.Interface || !v.CanInterface() {
		return false, nil
	}
	switch x := v.Interface().(type) {
	case error:
		return true, e.text(e.secrets.Text(visible.Text(worded.Text(x))))
	case encoding.TextMarshaler:
		b, err := x.MarshalText()
		if err != nil {
			return true, err
		}
		return true, e.luaString(string(b))
	case fmt.Stringer:
		if k := v.Kind(); k != reflect.Struct && k != reflect.Pointer && k != reflect.Map {
			return true, e.luaString(x.String())
		}
	}
	return false, nil
}

// fields writes the members of a struct and tells whether the next is the first.
func (e *jsonEncoder) fields(v reflect.Value, depth int, first bool) (bool, error) {
	name := e.nameOf(v)
	for _, m := range e.membersOf(v.Type()) {
		if m.name == "" {
			var err error
			if first, err = e.fields(v.Field(m.field), depth+1, first); err != nil {
				return first, err
			}
			continue
		}
		if !first {
			e.raw(",")
		}
		first = false
		if err := e.key(m.name); err != nil {
			return first, err
		}
		if err := e.under(name, v.Field(m.field), depth+1); err != nil {
			return first, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return first, nil
}

// naming are the fields of a struct that say under which name its values stand.
var naming = []string{"Name", "Path", "Key"}

// nameOf gives the name under which the values of a struct stand, if it looks secret, or "".
func (e *jsonEncoder) nameOf(v reflect.Value) string {
	if e.secrets == nil {
		return ""
	}
	for _, field := range naming {
		if f := v.FieldByName(field); f.IsValid() && f.Kind() == reflect.String && e.secrets.Has(f.String()) {
			return f.String()
		}
	}
	return ""
}

// under writes what stands under a name, "" for none: values are hidden if that looks secret.
func (e *jsonEncoder) under(name string, v reflect.Value, depth int) error {
	if name != "" && v.Type() == valueType {
		return e.value(e.secrets.Value(name, v.Interface().(plain.Value)), depth)
	}
	return e.reply(v, depth)
}

// namedItem writes an item of a map under its key, or of a list under the text before it.
func (e *jsonEncoder) namedItem(name string, v reflect.Value, depth int) error {
	for v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.String && e.secrets.Has(name) {
		return e.text(secret.Hidden)
	}
	return e.under(name, v, depth)
}

// member is a struct's field and its name in JSON; "": it is an embedded struct, whose
// members stand in its place.
type member struct {
	field int
	name  string
}

func (e *jsonEncoder) membersOf(t reflect.Type) []member {
	if known, ok := e.members[t]; ok {
		return known
	}
	var members []member
	for i := range t.NumField() {
		field := t.Field(i)
		embedded := field.Anonymous && field.Type.Kind() == reflect.Struct
		if !field.IsExported() && !embedded {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if name == "" && !embedded {
			name = snakeCase(field.Name)
		}
		members = append(members, member{i, name})
	}
	if e.members == nil {
		e.members = map[reflect.Type][]member{}
	}
	e.members[t] = members
	return members
}

func (e *jsonEncoder) list(v reflect.Value, depth int) error {
	e.raw("[")
	for i := range v.Len() {
		if i > 0 {
			e.raw(",")
		}
		name := ""
		if i > 0 && v.Index(i-1).Kind() == reflect.String {
			name = v.Index(i - 1).String()
		}
		if err := e.namedItem(name, v.Index(i), depth+1); err != nil {
			return err
		}
	}
	e.raw("]")
	return nil
}

func (e *jsonEncoder) mapping(v reflect.Value, depth int) error {
	type item struct {
		name  string
		value reflect.Value
	}
	var items []item
	for it := v.MapRange(); it.Next(); {
		items = append(items, item{visible.Text(fmt.Sprint(it.Key().Interface())), it.Value()})
	}
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.name, b.name) })
	e.raw("{")
	for i, m := range items {
		if i > 0 {
			e.raw(",")
		}
		if err := e.key(m.name); err != nil {
			return err
		}
		if err := e.namedItem(m.name, m.value, depth+1); err != nil {
			return err
		}
	}
	e.raw("}")
	return nil
}

// snakeCase turns DueIn into due_in, ID into id, CPUTime into cpu_time.
func snakeCase(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
