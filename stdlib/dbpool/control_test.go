package dbpool_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// escapes are ways to hide a statement behind another. Where one is no SQL for
// a database, the database says so.
var escapes = []string{
	"%s", "  %s", "SELECT 1; %s", "SELECT 1;;%s", "/* x */ %s", "-- x\n%s", "-- x\r%s", "# x\n%s", "\ufeff%s", "SELECT 1;\ufeff%s",
	"/*!%s*/", "/*! SELECT */ %s", "/*!99999 SELECT */ %s", "/*!99999 ' */ %s -- ' */ SELECT 1", "/*M!%s*/", "/*!50000 %s*/",
	"SELECT 'a''b'; %s; SELECT ''", "SELECT ';'; %s", "SELECT E'a'\n'\\''; %s; --'", "SELECT 1; SELECT E'a' -- x\n'\\''; %s; --'",
	"SELECT 'a\\'; %s; --'", "SELECT 1; SELECT E'\\''; %s; --'", "SELECT $$ ; $$; %s", "SELECT $a$ $$ ' $a$; %s; SELECT $$ ' $$",
	"SELECT 1 AS \"a;b\"; %s", "SELECT 1 AS `a;'`; %s -- '", "SELECT 1 AS [a;']; %s -- '", "SELECT 1 /* ' */; %s -- '", "SELECT 1 /* /* ' */ */; %s -- '",
	"(SELECT 1); %s", "WITH a AS (SELECT 1) SELECT * FROM a; %s", "EXPLAIN SELECT 1; %s", "EXPLAIN %s",
	"SAVEPOINT a; %s", "SAVEPOINT a; ROLLBACK TO a; %s", "SELECT 1 - - 1; %s", "SELECT 5--1\n; %s", "SELECT U&'\\0041;'; %s",
	"CREATE TEMP TRIGGER begin AFTER INSERT ON hidden BEGIN SELECT 1; END; %s",
	"CREATE TEMP TRIGGER tr AFTER INSERT ON hidden BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END; %s",
	"CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 AS case; END; %s",
	"CREATE FUNCTION pg_temp.g() RETURNS int LANGUAGE sql BEGIN ATOMIC END; %s",
	"CREATE FUNCTION pg_temp.h() RETURNS int LANGUAGE sql AS $f$ SELECT 1; $f$; %s",
	"SET standard_conforming_strings = off", "SET standard_conforming_strings = off; SELECT 1",
	"DO $$ BEGIN %s; END $$", "CALL hidden_call()", "PREPARE hidden FROM '%s'", "EXECUTE IMMEDIATE '%s'", "SET STATEMENT max_statement_time = 1 FOR %s",
	"BEGIN NOT ATOMIC %s; END", "IF 1 THEN %s; END IF", "x: BEGIN NOT ATOMIC %s; END",
}

// enders are statements that end a transaction, or begin one, somewhere.
var enders = []string{
	"COMMIT", "commit work", "END", "END TRANSACTION", "ROLLBACK", "ROLLBACK WORK", "ABORT", "BEGIN", "START TRANSACTION",
	"COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "COMMIT; BEGIN", "ROLLBACK TO x; COMMIT", "PREPARE TRANSACTION 'hidden'",
	"SET autocommit = 1", "SET @@autocommit = 0", "SET `autocommit` = 1", "CREATE TABLE hidden_two (a INTEGER)", "TRUNCATE hidden", "LOCK TABLES hidden WRITE",
	"INSERT OR ROLLBACK INTO hidden VALUES (1)", "XA START 'x'", "EXECUTE hidden", "SET PASSWORD = PASSWORD('test')", "SET DEFAULT ROLE NONE", "SET completion_type = 'CHAIN'", "SELECT 1",
}

// bits make texts of no sense.
var bits = []string{
	"'", "\"", "`", "[", "]", "(", ")", ";", "--", "\n", "\r", "#", "/*", "*/", "/*!", "\\", "E'", "$$", "$a$", "U&'", "?", ":a", "\ufeff",
	" SELECT 1 ", " COMMIT ", " END ", " BEGIN ", " ATOMIC ", " CASE ", " AS ", " CREATE ", " TRIGGER ", " a ", " 1 ",
}

// hostile makes a statement that tries to end the transaction that it is in.
func hostile(r *rand.Rand) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	text := pick(enders)
	if r.IntN(4) == 0 {
		for range r.IntN(8) {
			text = pick(bits) + text
		}
		return text
	}
	for range 1 + r.IntN(2) {
		text = strings.Replace(pick(escapes), "%s", text, 1)
	}
	return text
}

// TestHiddenControl: whatever a statement hides, what is done in a transaction
// that fails is taken back, and the connection is as good as before.
func TestHiddenControl(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		if at.name == "file" {
			t.Skip("as memory")
		}
		var texts []string
		for _, escape := range escapes {
			for _, ender := range []string{"COMMIT", "ROLLBACK", "CREATE TABLE hidden_two (a INTEGER)"} {
				texts = append(texts, strings.Replace(escape, "%s", ender, 1))
			}
		}
		texts = append(texts, enders...)
		r := rand.New(rand.NewPCG(1, 2))
		for range 400 {
			texts = append(texts, hostile(r))
		}
		var list strings.Builder
		for _, text := range texts {
			fmt.Fprintf(&list, "%s,", luaQuoted(text))
		}
		prints(t, strings.NewReplacer("LIST", list.String(), "SERVER", fmt.Sprintf("%q", at.name)).Replace(source(at, `local server = SERVER
			local config = CONFIG
			if server ~= "memory" then config.size = 1 end
			local pool = db_pool.new(config)
			pool:execute("drop table if exists hidden") pool:execute("create table hidden (a integer primary key)")
			if server == "mysql" then
				pool:execute("create or replace procedure hidden_call() begin /* ; */ call hidden_inner(); insert into hidden values (3); end")
				pool:execute("create or replace procedure hidden_inner() begin declare continue handler for sqlexception rollback; commit work; end")
			elseif server == "postgres" then
				pool:execute("create or replace procedure hidden_call() language plpgsql as 'begin commit; insert into hidden values (3); end'")
			end
			for _, text in ipairs{LIST} do
				for _, how in ipairs{"execute", "query"} do
					pcall(pool[how], pool, text:gsub("hidden", "no_such"))
					local ok, e = pcall(pool.transaction, pool, function(tx)
						tx:execute("insert into hidden values (1)")
						pcall(tx[how], tx, text)
						pcall(tx.execute, tx, "insert into hidden values (2)")
						error("back", 0)
					end)
					local n = pool:query("select count(*) as n from hidden")[1].n
					if e ~= "back" or n ~= 0 then print(how, text, e, n) pool:execute("delete from hidden") end
				end
			end
			pool:execute("drop table hidden")
			if server ~= "memory" then pool:execute("drop procedure hidden_call") end
			if server == "mysql" then pool:execute("drop procedure hidden_inner") end
			print(pool:stats().connections, pool:stats().in_use)`)), "1\t0\n")
	})
}

// hiddenInProcedures are bodies of MySQL's procedures that end the transaction which
// they are called in.
var hiddenInProcedures = []string{
	"commit;", "create table hidden_two (a int);", "drop table if exists hidden_two;", "truncate hidden;", "execute immediate 'commit';",
	"prepare p from 'commit'; execute p;", "/*!50000 commit */;", "/*M! commit */;", "/*! create table hidden_two (a int) */;",
	"set autocommit = 1;", "set @x = 1, @@autocommit = 0; set @@autocommit = 1;", "if 1 then alter table hidden add b int; end if;",
	"inner_one: begin declare exit handler for sqlexception truncate hidden; signal sqlstate '45000'; end;",
	"case 1 when 1 then rename table hidden to hidden_two; else select 2; end case;", "repeat analyze table hidden; until 1 end repeat;",
	"flush tables;", "-- x\n/* y */ grant select on hidden to current_user();",
}

// What a procedure's text may end a transaction with is refused before it is called; what
// only looks like that is not.
func TestHiddenInProcedures(t *testing.T) {
	at := serverAt(t, "mysql")
	var list strings.Builder
	for _, body := range hiddenInProcedures {
		fmt.Fprintf(&list, "%s,", luaQuoted(body))
	}
	prints(t, strings.NewReplacer("LIST", list.String()).Replace(source(at, `local pool = db_pool.new(CONFIG)
		pool:execute("drop table if exists hidden_two") pool:execute("drop table if exists hidden") pool:execute("create table hidden (a integer)")
		for i, body in ipairs{LIST} do
			pool:execute("create or replace procedure hidden_body() begin " .. body .. " end")
			local ok, e = pcall(pool.transaction, pool, function(tx)
				tx:execute("insert into hidden values (1)")
				local ok, e = pcall(tx.execute, tx, ({"call hidden_body()", "call /*!50000 hidden_body() */", "call /*M! hidden_body */ ()"})[i % 3 + 1])
				if ok or not tostring(e):find "CALL: hidden_body has " then print(body, ok, e) end
				error("back", 0)
			end)
			local n = pool:query("select count(*) as n from hidden")[1].n
			if e ~= "back" or n ~= 0 then print(body, e, n) pool:execute("delete from hidden") end
		end
		pool:execute([[create or replace procedure hidden_body() begin declare truncated int default 1; declare create_it int; if truncated then
			create temporary table hidden_t (a int); drop temporary table hidden_t; set @commit = 'execute'; select 'x; commit' as grant_it;
			select truncate(1.5, 0), case 1 when 1 then 2 end from hidden lock in share mode; begin declare continue handler for sqlexception set @x = 1;
			set @x = truncate(1.5, 0); end; end if; end]])
		print(pcall(pool.transaction, pool, function(tx) return tx:execute("call hidden_body()") end))
		pool:execute("drop procedure hidden_body") pool:execute("drop table hidden")`)), "true\t0\n")
}

// luaQuoted is %q for Lua.
func luaQuoted(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, b := range []byte(text) {
		fmt.Fprintf(&out, "\\%03d", b)
	}
	out.WriteByte('"')
	return out.String()
}

// TestWhatIsNoControl has words of transactions where they are none.
func TestWhatIsNoControl(t *testing.T) {
	for name, texts := range map[string][]string{
		"memory": {
			"SELECT 'x; COMMIT'", "SELECT 1 -- ; COMMIT", "/* BEGIN; */ SELECT 1", "SELECT 1;", "SELECT 1 AS [a; COMMIT]",
			"CREATE TABLE t (a, \"commit\"); INSERT INTO t VALUES (1, 2);", "SAVEPOINT a", "ROLLBACK TRANSACTION TO SAVEPOINT a", "RELEASE a",
			"CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO u VALUES (CASE new.a WHEN 1 THEN 2 END); DELETE FROM u WHERE a > 5; END; CREATE TABLE u (a)",
			"INSERT INTO t VALUES (1, 2)",
		},
		"postgres": {
			"SELECT 'x; COMMIT'", "SELECT $$; COMMIT; $$", "SELECT E'\\'; COMMIT'", "SELECT 1; SELECT 2;",
			"DO $$ BEGIN PERFORM 1; END $$", "SAVEPOINT a", "ROLLBACK WORK TO SAVEPOINT a", "RELEASE SAVEPOINT a",
			"CREATE TEMP TABLE t (a int, \"commit\" int)", "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM t WHERE a = 9; DELETE FROM t WHERE a = 8)",
			"CREATE FUNCTION pg_temp.f(c int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE c WHEN 1 THEN 2 END; END; SELECT 3",
			"PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p",
		},
		"mysql": {
			"SELECT 'x; COMMIT'", "SELECT 1;", "SELECT /*! 1 */", "SAVEPOINT a", "ROLLBACK WORK TO SAVEPOINT a", "RELEASE SAVEPOINT a",
			"CREATE TEMPORARY TABLE t (a int)", "INSERT INTO t VALUES (1)", "DROP TEMPORARY TABLE t", "SET @x = 1", "DO 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var list strings.Builder
			for _, text := range texts {
				list.WriteString(luaQuoted(text) + ",")
			}
			at := target{name, `":memory:"`}
			if name != "memory" {
				at = serverAt(t, name)
			}
			prints(t, source(at, `local pool = db_pool.new(CONFIG)
				pool:transaction(function(tx)
					for _, text in ipairs{`+list.String()+`} do
						local ok, e = pcall(tx.execute, tx, text)
						if not ok then print(text, e) tx:execute("SELECT 1") end
					end
				end)
				print(pool:stats().rollbacks)`), "0\n")
		})
	}
}
