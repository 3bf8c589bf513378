# Pages in English. Same keys and placeholders as zh.ftl; a test compares them.

## On every page
request-id = Request ID
try-again = Try again
start-again = Start again
sign-in = Sign in
sign-out = Sign out
go-home = Go to the home page

## Choose a door
choose-title = Sign in with WeCom
choose-lead = To continue, confirm in WeCom that it is you.
choose-lead-several = First choose your company or app.
choose-scan = Scan or confirm in WeCom
choose-scan-hint = Scan with WeCom on your phone. If WeCom is running on this computer, one click is enough.
choose-open = Open in WeCom instead

## Open in WeCom
open-title = Open this in WeCom
open-lead = Signing in here has to happen inside WeCom.
open-link = By link
open-link-how = Copy the link below, send it to any chat in WeCom, and tap it there.
open-link-label = Sign-in link
open-scan = By scanning
open-scan-how = Open WeCom on a phone and use Scan to read the QR code.
open-qr-label = QR code of the sign-in link

## Sign out
sign-out-title = Sign out?
sign-out-what = You are signed in as { $name }.
sign-out-nobody = It ends the sign-in at every site behind this gateway at once. After that, this browser has to sign in again.
sign-out-stay = Stay signed in

## Home
home-title = You are signed in
home-kept = Personal details kept
home-kept-nothing = None
home-door = How
home-door-scan = Scan or confirm
home-door-in-app = Inside WeCom
home-mobile = Mobile
home-email = Email
home-gender = Gender
home-male = Male
home-female = Female
home-address = Address
home-avatar = Picture
home-qr-code = QR code
home-user-id = Account
home-departments = Departments
home-position = Position
home-corp = Company
home-connector = Signed in via
home-signed-in-at = Signed in at
home-expires-at = Ends by
home-zone = Beijing time
home-out-title = You are not signed in
home-out-lead = Once you sign in, this page shows who you are and for how long.

## Notices: what happened, and what to do
outsider-title = Only for members of this company
outsider-what = WeChat or WeCom confirmed you, but you are not a member of this company.
outsider-do = If you have an account here, switch to this company in WeCom and try again. If not, ask someone who works here.

outside-range-title = This app is not open to you yet
outside-range-what = Your account is outside the app's visible range.
outside-range-do = Ask your WeCom administrator to add you to the visible range, then sign in again.

inactive-title = This account cannot sign in at the moment
inactive-what = Your WeCom account is disabled, not activated, or has left the company.
inactive-do = If that is wrong, ask your WeCom administrator.

cancelled-title = Sign-in cancelled
cancelled-what = You did not agree to sign in, so nothing has happened.
cancelled-do = You can start again whenever you like.

expired-title = This sign-in is no longer valid
expired-what = The page was left open too long, or it has been used already.
expired-do = Start again; it takes a moment.

other-browser-title = This sign-in began in another browser
other-browser-what = For your safety, a sign-in has to finish in the browser where it began.
other-browser-do = Go back to that browser, or start again in this one.

refused-title = The sign-in did not complete
refused-what = WeCom did not accept this sign-in.
refused-do = Please start again. If it keeps failing, give your administrator the request ID below.

unreachable-title = WeCom cannot be reached right now
unreachable-what = WeCom did not answer in time, so we cannot confirm who you are yet.
unreachable-do = Please try again in a moment. If it goes on, give your administrator the request ID below.

busy-title = Too many people are signing in
busy-what = This request was not handled, and nothing was lost.
busy-do = Please try again in a few seconds.

unavailable-title = Sign-in is unavailable for the moment
unavailable-what = Something is wrong on our side; whether you are signed in has not changed.
unavailable-do = Please try again later. If it goes on, give your administrator the request ID below.

failed-title = Something went wrong
failed-what = An unexpected error happened on our side, and this step did not finish.
failed-do = Please try again. If it keeps failing, give your administrator the request ID below.

bad-request-title = This link does not work
bad-request-what = The address is incomplete, or holds something we do not understand.
bad-request-do = Go back to the app and start from there. If someone sent you the link, check it with them.

not-found-title = There is no such page
not-found-what = The address you opened does not exist here.
not-found-do = Check the address, or go to the home page.

signed-out-title = You are signed out
signed-out-what = The sign-in in this browser has ended, at every site.
signed-out-do = Use the button to sign in again; we will not sign you back in by ourselves.

site-refused-title = You may not open this page
site-refused-what = This page is not open to your account.
site-refused-do = If you need it, give the request ID below to whoever runs this site.

site-silent-title = This site does not answer right now
site-silent-what = Signing in works; the application behind this address did not answer, or broke off.
site-silent-do = Please try again in a moment. If it goes on, give the request ID below to whoever runs this site.

form-not-sent-title = Your form was not sent
form-not-sent-what = Your sign-in had ended, so nothing was passed on and nothing was kept. What you wrote is still in this tab.
form-not-sent-do = Sign in in a new tab with the button, come back to this tab and reload it: your browser offers to send the form again.
