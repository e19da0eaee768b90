package dbpool

import (
	"strings"
	"testing"
)

func lexisOf(name string) lexis {
	for _, d := range dialects {
		if d.name == name {
			return d.lexis
		}
	}
	panic(name)
}

func TestPlaceholders(t *testing.T) {
	for _, c := range []struct{ driver, in, out string }{
		{"postgres", "select ?, ?", "select $1, $2"},
		{"postgres", "select '?', ? || 'it''s ?'", "select '?', $1 || 'it''s ?'"},
		{"postgres", `select E'\'?', "a?""b", ?`, `select E'\'?', "a?""b", $1`},
		{"postgres", `select e'\\', ?`, `select e'\\', $1`},
		{"postgres", `select '\', ?`, `select '\', $1`},
		{"postgres", "select /* ? /* ? */ ? */ ? -- ?\n, ?", "select /* ? /* ? */ ? */ $1 -- ?\n, $2"},
		{"postgres", "select $$ ? $$, $a$ ? $$ ? $a$, ?", "select $$ ? $$, $a$ ? $$ ? $a$, $1"},
		{"postgres", "select a$b?, ?", "select a$b $1, $2"},
		{"postgres", "select 1 limit?offset?", "select 1 limit $1 offset $2"},
		{"postgres", "select ?1, ?a", "select $1 1, $2 a"},
		{"postgres", "select E'a'\n -- x\n'\\' ?', ?", "select E'a'\n -- x\n'\\' ?', $1"},
		{"postgres", "select E'a' '\\\\', ?", "select E'a' '\\\\', $1"},
		{"postgres", "select 1 -- '\r, ?", "select 1 -- '\r, $1"},
		{"postgres", "select a ?? 'b', a ??| ?, x::int, a[1:2]", "select a ? 'b', a ?| $1, x::int, a[1:2]"},
		{"postgres", "select $1, $2", "select $1, $2"},
		{"postgres", "select '?", "select '?"},
		{"postgres", "select $", "select $"},
		{"sqlite", "select ?, ?1, :a, ?", "select ?, ?1, ?2, ?"},
		{"sqlite", "select :a + :b + :a, @a, $a, :a::b(c), ?01, ?5, ?", "select ?1 + ?2 + ?1, ?3, ?4, ?5, ?1, ?5, ?"},
		{"sqlite", "select $2, $1, ':a', [:b], \":c\", `:d`, :, ::, @", "select ?2, ?1, ':a', [:b], \":c\", `:d`, :, ::, @"},
		{"sqlite", "select ?from t", "select ?from t"},
		{"mysql", "select ?", "select ?"},
	} {
		s, err := lexisOf(c.driver).read(c.in)
		if err != nil || s.text != c.out {
			t.Errorf("%s: %s becomes %s, %v; want %s", c.driver, c.in, s.text, err, c.out)
		}
	}
	if _, err := lexisOf("postgres").read("select ?, $1"); err != errMixed {
		t.Errorf("mixed placeholders: %v", err)
	}
}

func TestPlaceholdersAreCounted(t *testing.T) {
	for _, c := range []struct {
		driver, sql string
		wanted      int
	}{
		{"sqlite", "select ? from [a?] where `b?` = \"c?\" and d = 'e?' -- ?", 1},
		{"sqlite", "select /* ? /* ? */ ?", 1},
		{"sqlite", "select ?2, ?", 3},
		{"sqlite", "select :name, :name", 1},
		{"sqlite", "select @name, @name", 1},
		{"sqlite", "select $name, $name", 1},
		{"mysql", `select 'a\'?', "b\"?", ? # ?`, 1},
		{"mysql", "select 5--?", 1},
		{"mysql", "select 5 -- ?", 0},
		{"mysql", "select @x := ?", 1},
		{"postgres", "select $1", -1},
		{"postgres", "select x::int, ?", 1},
	} {
		s, err := lexisOf(c.driver).read(c.sql)
		if err != nil || s.wanted != c.wanted {
			t.Errorf("%s: %s: %d parameters, %v", c.driver, c.sql, s.wanted, err)
		}
	}
}

func TestWhatWrites(t *testing.T) {
	for sql, writes := range map[string]bool{
		"select 1":                                      false,
		" -- x\n (SELECT 1)":                            false,
		"values (1)":                                    false,
		"with a as (select 1) select * from a":          false,
		"with a as (select 1) delete from b":            true,
		"WITH RECURSIVE a AS (x) INSERT INTO b":         true,
		"with a as (select 'delete') select \"update\"": false,
		"insert into t values (1) returning id":         true,
		"create table t (x)":                            true,
		"":                                              false,
	} {
		if s, _ := lexisOf("sqlite").read(sql); s.writes() != writes {
			t.Errorf("%s: writes is %v", sql, s.writes())
		}
	}
}

// FuzzLexis checks that reading ends, keeps the text but for placeholders, and
// never numbers a placeholder twice.
func FuzzLexis(f *testing.F) {
	for _, seed := range []string{"select ?, '?'", "$a$?$a$ ? ??", "E'\\", "/*/*?*/", "$1::x", "`?`[?]#?", "?\\'", "$a", "'", "--", "-- ?\n?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for _, d := range dialects {
			s, err := d.read(sql)
			if err != nil {
				continue
			}
			if !d.numbered {
				if s.text != sql && !d.named {
					t.Fatalf("%s: changed to %q", d.name, s.text)
				}
				if again, err := d.read(s.text); err != nil || again.wanted != s.wanted || again.text != s.text {
					t.Fatalf("%s: %q became %q and then %q", d.name, sql, s.text, again.text)
				}
				continue
			}
			again, err := d.read(s.text)
			if s.marks > 0 && err == nil && again.marks > strings.Count(s.text, "?") {
				t.Fatalf("%q became %q", sql, s.text)
			}
			if strings.Count(s.text, "?")+s.marks > strings.Count(sql, "?") {
				t.Fatalf("%q became %q", sql, s.text)
			}
		}
	})
}
