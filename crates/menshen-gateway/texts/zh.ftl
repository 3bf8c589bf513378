# Pages in Chinese. Same keys and placeholders as en.ftl; a test compares them.

## On every page
request-id = 请求编号
try-again = 重试
start-again = 重新登录
sign-in = 登录
sign-out = 退出登录
go-home = 回到首页

## Choose a door
choose-title = 用企业微信登录
choose-lead = 继续前，请在企业微信里确认你的身份。
choose-lead-several = 请先选择你所在的企业或应用。
choose-scan = 用企业微信扫码登录
choose-scan-hint = 用手机企业微信扫码；电脑上已登录企业微信的，点一下即可。
choose-open = 改用企业微信打开

## Open in WeCom
open-title = 请在企业微信中打开
open-lead = 这里的登录需要在企业微信里完成。
open-link = 用链接
open-link-how = 复制下面的链接，发到企业微信的任意聊天里，再点开它。
open-link-label = 登录链接
open-scan = 用扫一扫
open-scan-how = 在手机上打开企业微信，用“扫一扫”扫描二维码。
open-qr-label = 登录链接的二维码

## Sign out
sign-out-title = 要退出登录吗？
sign-out-what = 你现在以 { $name } 的身份登录。
sign-out-nobody = 会同时退出由本网关保护的所有网站；之后这个浏览器需要重新登录。
sign-out-stay = 不退出

## Home
home-title = 你已登录
home-kept = 保存的个人信息
home-kept-nothing = 没有
home-door = 登录方式
home-door-scan = 扫码或确认
home-door-in-app = 企业微信内
home-mobile = 手机
home-email = 邮箱
home-gender = 性别
home-male = 男
home-female = 女
home-address = 地址
home-avatar = 头像
home-qr-code = 个人二维码
home-user-id = 账号
home-departments = 部门
home-position = 职务
home-corp = 企业
home-connector = 登录入口
home-signed-in-at = 登录时间
home-expires-at = 最晚有效至
home-zone = 北京时间
home-out-title = 你还没有登录
home-out-lead = 登录后，这里会显示你是谁、登录到什么时候。

## Notices: what happened, and what to do
outsider-title = 这里只对本企业的成员开放
outsider-what = 你已通过微信或企业微信的确认，但你不是本企业的成员。
outsider-do = 如果你有本企业的账号，请在企业微信里切换到本企业再试；没有的话，请联系本企业的同事。

outside-range-title = 这个应用还没有对你开放
outside-range-what = 你的账号不在这个应用的可见范围内。
outside-range-do = 请联系企业微信管理员，把你加入可见范围后再登录。

inactive-title = 这个账号目前不能登录
inactive-what = 你的企业微信账号已停用、未激活或已退出企业。
inactive-do = 如果这不对，请联系企业微信管理员。

cancelled-title = 登录已取消
cancelled-what = 你没有同意登录，所以什么都没有发生。
cancelled-do = 想登录的时候，可以随时重新开始。

expired-title = 这次登录已经失效
expired-what = 登录页放得太久，或者已经用过一次。
expired-do = 重新登录一次就好。

other-browser-title = 登录是在另一个浏览器里开始的
other-browser-what = 为了安全，在哪个浏览器开始登录，就要在哪个浏览器完成。
other-browser-do = 回到原来的浏览器，或者在这里重新登录。

refused-title = 登录没有完成
refused-what = 企业微信没有接受这次登录。
refused-do = 请重新登录一次；还是不行，请把下面的请求编号告诉管理员。

unreachable-title = 暂时连不上企业微信
unreachable-what = 企业微信没有及时回应，所以还不能确认你的身份。
unreachable-do = 请稍等片刻再试；一直这样，请把下面的请求编号告诉管理员。

busy-title = 现在登录的人太多
busy-what = 这次请求没有被处理，也没有丢失任何东西。
busy-do = 请稍等几秒再试。

unavailable-title = 登录服务暂时不可用
unavailable-what = 我们这边出了一点问题，你的登录状态没有改变。
unavailable-do = 请稍后再试；一直这样，请把下面的请求编号告诉管理员。

failed-title = 出错了
failed-what = 我们这边出了一个意外的错误，这次操作没有完成。
failed-do = 请再试一次；还是不行，请把下面的请求编号告诉管理员。

bad-request-title = 这个链接不对
bad-request-what = 地址不完整，或者其中有我们不认识的内容。
bad-request-do = 请从原来的应用重新进入；链接是别人给的，请向他核对。

not-found-title = 没有这个页面
not-found-what = 你打开的地址在这里不存在。
not-found-do = 请检查地址，或者回到首页。

signed-out-title = 你已退出登录
signed-out-what = 这个浏览器在所有网站上的登录都已经结束。
signed-out-do = 需要时点下面的按钮再登录；我们不会自动把你登录回来。

site-refused-title = 你不能打开这个页面
site-refused-what = 这个页面没有对你的账号开放。
site-refused-do = 如果需要，请把下面的请求编号告诉这个网站的管理员。

site-silent-title = 这个网站暂时没有响应
site-silent-what = 登录没有问题；是这个地址后面的应用没有回应，或者中途断开了。
site-silent-do = 请稍等片刻再试；一直这样，请把下面的请求编号告诉这个网站的管理员。

form-not-sent-title = 表单没有提交
form-not-sent-what = 你的登录已经失效，内容没有转给应用，我们也没有保存。你填写的内容还在这个标签页里。
form-not-sent-do = 点下面的按钮在新标签页登录，然后回到这个标签页刷新：浏览器会询问是否重新提交表单。
