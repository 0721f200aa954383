"""Words of mixed Chinese and English text, for keyword search.

Chinese is cut into words by jieba (long words give their parts too), English is lower-cased and
stripped of its commonest endings, full-width forms become half-width, and the traditional
characters that shops' customers use most become simplified.
"""

from __future__ import annotations

import re
import unicodedata

import rjieba

# Traditional, then simplified: the characters that matter in a shop, not a whole dictionary.
_PAIRS = (
    "買买 賣卖 貨货 單单 號号 費费 錢钱 幣币 運运 貴贵 這这 麼么 個个 嗎吗 來来 為为 會会 時时 間间 "
    "後后 開开 關关 門门 問问 題题 話话 說说 請请 謝谢 見见 電电 腦脑 機机 換换 壞坏 質质 價价 優优 "
    "劃划 線线 頁页 點点 積积 頭头 東东 車车 邊边 遞递 達达 過过 還还 遠远 進进 連连 絡络 訂订 購购 "
    "網网 銀银 業业 務务 員员 聯联 繫系 實实 際际 發发 貼贴 現现 漲涨 應应 該该 當当 給给 紅红 藍蓝 "
    "綠绿 顏颜 碼码 褲裤 裝装 飾饰 內内 場场 險险 條条 傷伤 損损 殘残 郵邮 編编 區区 縣县 鄉乡 鎮镇 "
    "國国 稅税 報报 圖图 檔档 證证 據据 處处 壓压 縮缩 無无 戶户 變变 試试 驗验 認认 帳帐 簽签 審审 "
    "覽览 離离 續续 終终 獲获 錯错 誤误 補补 賠赔 償偿 產产 訊讯 營营 寶宝 額额 數数 爛烂 髒脏 臺台 "
    "灣湾 馬马 樣样 種种 雙双 閃闪 鮮鲜 凍冻 與与 並并 經经 啟启 動动 聲声 熱热 選选 領领 兌兑 戲戏 "
    "週周 禮礼 聽听 沒没 對对 讓让 復复 標标 誰谁 氣气 滿满 隨随 塊块 舊旧 樓楼 層层 燈灯 師师 約约 "
    "徵征 資资 訴诉 歲岁 兒儿 適适 齊齐"
)
_TO_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_STOPS = (
    "的 了 吗 呢 啊 吧 呀 嘛 哦 啦 我 你 您 他 她 它 我们 你们 他们 是 在 和 与 或 及 也 都 就 还 这 "
    "那 有 个 请 请问 一下 a an the i you he she it we they me my your our is are am was were be been "
    "do does did to of in on at for and or it's i'm this that there so please hi hello with can could "
    "will would"
)
_STOP_WORDS = frozenset(_STOPS.split())
_TOKEN = re.compile(r"[a-z0-9]+(?:[.'-][a-z0-9]+)*|[\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


def normalise(text: str) -> str:
    """Half-width, lower case, simplified."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_SIMPLIFIED)


def tokenize(text: str) -> list[str]:
    """The words of `text`, stop words left out; may be empty.

    Chinese gives pairs of neighbouring characters too: jieba cuts the same words differently in a
    typo or a colloquial sentence, the pairs still meet.
    """
    words: list[str] = []
    for chunk in _TOKEN.findall(normalise(text)):
        parts = _chinese(chunk) if _CHINESE.match(chunk) else [chunk]
        words.extend(stem(part) for part in parts if part not in _STOP_WORDS)
    return words


def _chinese(chunk: str) -> list[str]:
    words: list[str] = rjieba.cut_for_search(chunk)
    return words + [chunk[i : i + 2] for i in range(len(chunk) - 1)]


def stem(word: str) -> str:
    """`returns`, `returned` and `returning` meet in `return`; short words and numbers stay as they are."""
    if len(word) < 4 or not word.isalpha() or word.endswith("ss"):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word
