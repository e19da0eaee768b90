package secret

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/plain"
)

func TestSecretsAreLeftOut(t *testing.T) {
	for line, want := range map[string]string{
		`setenv db_password hunter2 x`:                     `setenv db_password •••`,
		`set CHAT config.api_key "k"`:                      `set CHAT config.api_key •••`,
		`call AUTH "login", {password = "a\"b", id = 1}`:   `call AUTH "login", {password = •••, id = 1}`,
		`call AUTH "token", 'x y', 7`:                      `call AUTH "token", •••, 7`,
		`eval AUTH users["secret"] = [[a b]]`:              `eval AUTH users["secret"] = •••`,
		`p password == "hunter19"`:                         `p password == •••`,
		`p password ~= 'hunter19' and 1`:                   `p password ~= ••• and 1`,
		`launch v2 --password hunter15`:                    `launch v2 --password •••`,
		`launch v2 --api-key=k7 2`:                         `launch v2 --api-key=••• 2`,
		`setenv db_pass hunter9`:                           `setenv db_pass •••`,
		`eval 2 secretkey = "a b" .. "c"; x = 1`:           `eval 2 secretkey = •••; x = 1`,
		`eval 2 h = {Authorization="Bearer a.b"}`:          `eval 2 h = {Authorization=•••}`,
		`eval 2 get("Authorization: Bearer a.b")`:          `eval 2 get("Authorization: •••)`,
		`eval 2 open "postgres://u:pw@h/db"`:               `eval 2 open "postgres://u:•••@h/db"`,
		`eval 2 password = f( "a" , "b")`:                  `eval 2 password = •••`,
		`eval 2 credentials = [==[a]] b]==] x = 1`:         `eval 2 credentials = ••• x = 1`,
		`evaluate {"expression":"password = \"a b\""}`:     `evaluate {"expression":"password = •••"}`,
		`setVariable {"name":"token","value":"a b"}`:       `setVariable {"name":"token","value":•••}`,
		`eval 2 for key, value in pairs(authors) do end`:   `eval 2 for key, value in pairs(authors) do end`,
		`eval 2 author = "ann" keyboard = 1`:               `eval 2 author = "ann" keyboard = 1`,
		`kill password_service`:                            `kill password_service`,
		`reload token_service tokens.lua`:                  `reload token_service tokens.lua`,
		`eval 2 tokens:add(5) token:upper()`:               `eval 2 tokens:add(5) token:upper()`,
		`eval 2 return "a b" == cfg.password, 5`:           `eval 2 return ••• == cfg.password, 5`,
		`eval 2 if 7 ~= db.token and n == 7 then end`:      `eval 2 if ••• ~= db.token and n == 7 then end`,
		`call 2 {credentials = {a = "}", b = {1}}, c = 2}`: `call 2 {credentials = •••, c = 2}`,
		`login: password: hunter2, dbPassword=x`:           `login: password: •••, dbPassword=•••`,
		`password = •••, token = •••`:                      `password = •••, token = •••`,
		`call CHAT "join", 7, "lobby"`:                     `call CHAT "join", 7, "lobby"`,
	} {
		if got := Default().Text(line); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	names, err := Parse("default, pin_*, *_hash")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"password": true, "DB_PASSWORD": true, "dbPassword2": true, "X-Auth-Token": true, "apiKey": true, "--token": true, "auth": true, "redisAuth": true,
		"config.token": true, `users[1]["secret"].x`: true, "pinCode": true, "user-hash": true, "setCookie": true,
		"tokens": true, "refreshTokens": true, "api_keys": true, "tokenizer": false, "author": false, "key": false, "oauth": false, "hash": false, "pin": false, "spinCode": false, "compass": false, "": false,
	} {
		if got := names.Has(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for list, want := range map[string]string{
		"a b": `"a b" is no pattern of names: it has letters, digits, _, - and *, as *_token has`, "x,**": `"**" is no pattern of names: it has letters, digits, _, - and *, as *_token has`,
	} {
		if _, err := Parse(list); err == nil || err.Error() != want {
			t.Errorf("%s: %v", list, err)
		}
	}
	if none, err := Parse(" , "); none.Has("password") || none.Text("password=x") != "password=x" || err != nil {
		t.Error(none, err)
	}
}

// What is hidden is hidden in what was described, too, and the value stays as it was.
func TestValue(t *testing.T) {
	given := plain.OfEntries(
		plain.Entry{Key: plain.OfString("token", 0), Value: plain.OfList(plain.OfNumber(1))},
		plain.Entry{Key: plain.OfString("has_password", 0), Value: plain.OfBool(true)},
		plain.Entry{Key: plain.OfString("list", 0), Value: plain.OfList(plain.OfString("pwd", 0), plain.OfString("x", 0), plain.OfString("pwd=x y", 5))},
	)
	hidden := plain.Value{Kind: plain.Hidden, Text: Hidden}
	want := plain.OfEntries(
		plain.Entry{Key: plain.OfString("token", 0), Value: hidden},
		plain.Entry{Key: plain.OfString("has_password", 0), Value: plain.OfBool(true)},
		plain.Entry{Key: plain.OfString("list", 0), Value: plain.OfList(plain.OfString("pwd", 0), hidden, plain.Value{Kind: plain.String, Text: "pwd=•••", Length: len("pwd=•••") + 2})},
	)
	if diff := cmp.Diff(want, Default().Value("", given)); diff != "" {
		t.Error(diff)
	}
	if given.Entries[1].Value.Entries[1].Value.Text != "x" {
		t.Error("the value has changed")
	}
}
