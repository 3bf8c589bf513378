// Signs a member of a WeCom corp in. Go 1.19 or newer, nothing but the standard library: go run sign_in.go
package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

var (
	corp   = env("WECOM_CORP_ID", "ww5f1e2d3c4b5a6978")
	agent  = env("WECOM_AGENT_ID", "1000002")
	secret = env("WECOM_SECRET", "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA")
	// WECOM_SANDBOX=http://127.0.0.1:7700; absent: the real WeCom
	open   = env("WECOM_SANDBOX", "https://open.weixin.qq.com")
	login  = env("WECOM_SANDBOX", "https://login.work.weixin.qq.com")
	api    = env("WECOM_SANDBOX", "https://qyapi.weixin.qq.com")
	port   = env("PORT", "8080")
	client = http.Client{Timeout: 10 * time.Second}

	lock    sync.Mutex
	token   string
	until   time.Time
	members = map[string]answer{}
)

type answer struct {
	Errcode     int    `json:"errcode"`
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	UserID      string `json:"userid"`
	Name        string `json:"name"`
}

func random() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(bytes)
}

func call(path string, query url.Values) (got answer, err error) {
	response, err := client.Get(api + "/cgi-bin/" + path + "?" + query.Encode())
	if err != nil {
		return got, fmt.Errorf("WeCom does not answer") // the error itself names the address, and so the secret
	}
	defer response.Body.Close()
	return got, json.NewDecoder(response.Body).Decode(&got)
}

func accessToken() (string, error) {
	lock.Lock()
	defer lock.Unlock()
	if time.Now().After(until) {
		got, err := call("gettoken", url.Values{"corpid": {corp}, "corpsecret": {secret}})
		if err != nil || got.Errcode != 0 {
			return "", fmt.Errorf("no token: errcode %d", got.Errcode)
		}
		token, until = got.AccessToken, time.Now().Add(time.Duration(got.ExpiresIn-300)*time.Second)
	}
	return token, nil
}

func memberOf(code string) (member answer, err error) {
	var who answer
	for try := 0; try < 2; try++ {
		token, err := accessToken()
		if err != nil {
			return who, err
		}
		who, err = call("auth/getuserinfo", url.Values{"access_token": {token}, "code": {code}})
		if err != nil {
			return who, err
		}
		if who.Errcode != 40014 && who.Errcode != 42001 {
			break
		}
		lock.Lock()
		until = time.Time{} // ended early: one new token, one more try
		lock.Unlock()
	}
	if who.Errcode != 0 || who.UserID == "" { // errcode 0 and no userid: an outsider
		return who, fmt.Errorf("not a member: errcode %d", who.Errcode)
	}
	token, err := accessToken()
	if err != nil {
		return who, err
	}
	member, err = call("user/get", url.Values{"access_token": {token}, "userid": {who.UserID}})
	if err == nil && member.Errcode != 0 {
		err = fmt.Errorf("the member cannot be read: errcode %d", member.Errcode)
	}
	return member, err
}

func page(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!doctype html><p>%s</p>", text)
}

func goTo(w http.ResponseWriter, r *http.Request, where, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, where, http.StatusFound)
}

func begin(w http.ResponseWriter, r *http.Request) {
	state := random()
	link := url.Values{"appid": {corp}, "agentid": {agent}, "state": {state}, "redirect_uri": {"http://127.0.0.1:" + port + "/callback"}}
	if strings.Contains(r.UserAgent(), "wxwork") {
		link.Set("response_type", "code")
		link.Set("scope", "snsapi_base")
		goTo(w, r, open+"/connect/oauth2/authorize?"+link.Encode()+"#wechat_redirect", "state", state)
		return
	}
	link.Set("login_type", "CorpApp")
	goTo(w, r, login+"/wwlogin/sso/login?"+link.Encode(), "state", state)
}

func callback(w http.ResponseWriter, r *http.Request) {
	state, err := r.Cookie("state")
	if query := r.URL.Query(); err != nil || query.Get("state") == "" || query.Get("state") != state.Value {
		page(w, 403, "This sign-in did not begin in this browser.")
	} else if !query.Has("code") {
		page(w, 403, "Refused at WeCom.")
	} else if member, err := memberOf(query.Get("code")); err != nil {
		page(w, 403, html.EscapeString(err.Error()))
	} else {
		session := random() + random()
		lock.Lock()
		members[session] = member
		lock.Unlock()
		goTo(w, r, "/", "session", session)
	}
}

func home(w http.ResponseWriter, r *http.Request) {
	if session, err := r.Cookie("session"); err == nil {
		lock.Lock()
		member, known := members[session.Value]
		lock.Unlock()
		if known {
			page(w, 200, html.EscapeString(fmt.Sprintf("Signed in: %s (%s)", member.Name, member.UserID)))
			return
		}
	}
	page(w, 200, `<a href="/login">Sign in with WeCom</a>`)
}

func main() {
	http.HandleFunc("/login", begin)
	http.HandleFunc("/callback", callback)
	http.HandleFunc("/", home)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
