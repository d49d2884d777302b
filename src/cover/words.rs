//! Reading a prompt: which colours, materials, things and times of day it names, in English and in
//! Simplified Chinese, and the rhythm of its syllables.
//!
//! The tables hold plain words. An English word counts only as a whole word (with or without a
//! plural `s`), a Chinese one wherever it stands, the longest first, so that `海报` (poster) is not
//! read as `海` (sea). What a prompt asks to leave out is not counted.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::palette::{Tint, tint_of_hex};

/// How much of a text is looked at, in bytes.
const READ: usize = 4096;
/// How many beats of the rhythm are kept.
const BEATS: usize = 72;

/// A family of colour words: the colour, what the words weigh, and the words.
type Family = (Tint, f64, &'static [&'static str]);

const fn tint(hue: f64, chroma: f64, lightness: f64) -> Tint {
    Tint { hue, chroma, lightness }
}

/// Colour words weigh 1, materials .8, light and season .6.
#[rustfmt::skip]
const COLOURS: &[Family] = &[
    (tint(32.0, 0.165, 0.60), 1.0, &["vermilion", "vermillion", "cinnabar", "scarlet", "朱红", "朱砂", "大红", "赤色", "中国红", "朱印", "印章"]),
    (tint(25.0, 0.15, 0.56), 1.0, &["red", "crimson", "ruby", "carmine", "tomato", "chilli", "chili", "strawberry", "红", "红色", "绯红", "石榴", "辣椒", "番茄", "山楂"]),
    (tint(14.0, 0.10, 0.42), 1.0, &["burgundy", "maroon", "oxblood", "claret", "plum", "wine", "beetroot", "酒红", "绛红", "暗红", "枣红", "红酒", "梅子"]),
    (tint(4.0, 0.09, 0.76), 1.0, &["pink", "rose", "blush", "cherry", "sakura", "peony", "pinkish", "粉红", "粉色", "桃花", "樱花", "玫瑰", "胭脂", "牡丹", "荷花", "海棠", "藕荷"]),
    (tint(38.0, 0.12, 0.70), 1.0, &["coral", "salmon", "peach", "apricot", "珊瑚", "杏色", "桃子", "蜜桃"]),
    (tint(45.0, 0.115, 0.54), 1.0, &["rust", "rusty", "rusted", "terracotta", "brick", "russet", "corten", "sienna", "铁锈", "锈", "赤陶", "红砖", "砖", "陶土"]),
    (tint(58.0, 0.145, 0.70), 1.0, &["orange", "tangerine", "pumpkin", "persimmon", "carrot", "mandarin", "橙", "橘", "柿", "橘子"]),
    (tint(52.0, 0.10, 0.58), 0.9, &["copper", "bronze", "cinnamon", "caramel", "铜", "紫铜", "青铜", "焦糖", "铜锣"]),
    (tint(72.0, 0.13, 0.72), 1.0, &["amber", "honey", "whisky", "whiskey", "saffron", "marigold", "beeswax", "琥珀", "蜂蜜", "蜜色", "桂花", "黄酒"]),
    (tint(87.0, 0.12, 0.76), 0.9, &["gold", "golden", "gilt", "brass", "gilded", "黄铜", "金色", "金箔", "鎏金", "烫金", "金黄"]),
    (tint(80.0, 0.10, 0.66), 1.0, &["ochre", "ocher", "mustard", "wheat", "straw", "turmeric", "rattan", "wicker", "赭石", "赭", "土黄", "麦", "稻", "稻田", "藤"]),
    (tint(100.0, 0.15, 0.84), 1.0, &["yellow", "lemon", "canary", "黄色", "柠檬", "鹅黄", "明黄", "杏黄", "银杏", "油菜花", "向日葵"]),
    (tint(116.0, 0.085, 0.54), 1.0, &["olive", "khaki", "moss", "mossy", "lichen", "橄榄", "苔", "青苔", "军绿"]),
    (tint(146.0, 0.11, 0.57), 1.0, &["green", "forest", "fern", "emerald", "grass", "pine", "meadow", "ivy", "绿", "绿色", "松", "草地", "森林", "墨绿", "蕨"]),
    (tint(130.0, 0.105, 0.64), 0.9, &["bamboo", "matcha", "lime", "lettuce", "sprout", "竹", "抹茶", "嫩绿", "茶园", "新芽", "豆绿"]),
    (tint(165.0, 0.08, 0.66), 1.0, &["jade", "celadon", "mint", "sage", "eucalyptus", "玉", "青瓷", "碧", "薄荷", "翡翠", "石绿", "翠", "龙泉"]),
    (tint(195.0, 0.085, 0.54), 1.0, &["teal", "turquoise", "verdigris", "lagoon", "petrol", "绿松石", "孔雀蓝", "铜绿", "青色", "黛"]),
    (tint(236.0, 0.09, 0.76), 1.0, &["sky", "cyan", "ice", "icy", "glacier", "glacial", "aqua", "天空", "天蓝", "冰", "湖蓝", "天青", "月白"]),
    (tint(222.0, 0.09, 0.55), 0.8, &["sea", "ocean", "water", "harbour", "harbor", "river", "lake", "tide", "tidal", "wave", "underwater", "canal", "ferry", "海", "江", "湖", "河", "水", "潮", "浪", "渡口"]),
    (tint(256.0, 0.13, 0.55), 1.0, &["blue", "cobalt", "azure", "ultramarine", "sapphire", "cyanotype", "blueprint", "bluish", "蓝", "蓝色", "钴蓝", "青花", "宝石蓝", "石青", "蓝晒", "蓝图"]),
    (tint(264.0, 0.09, 0.37), 1.0, &["navy", "深蓝", "藏青", "藏蓝"]),
    (tint(276.0, 0.11, 0.44), 1.0, &["indigo", "denim", "靛蓝", "靛", "蓝染", "扎染", "牛仔", "蓝印花布"]),
    (tint(300.0, 0.09, 0.72), 1.0, &["lavender", "lilac", "wisteria", "violet", "薰衣草", "紫藤", "丁香", "雪青"]),
    (tint(312.0, 0.115, 0.50), 1.0, &["purple", "aubergine", "eggplant", "amethyst", "紫", "紫色", "茄子", "紫砂"]),
    (tint(345.0, 0.16, 0.62), 0.9, &["neon", "magenta", "fuchsia", "cyberpunk", "霓虹", "品红", "赛博", "洋红"]),
    (tint(60.0, 0.065, 0.52), 0.8, &["wood", "wooden", "oak", "walnut", "timber", "chestnut", "leather", "teak", "coffee", "cocoa", "chocolate", "brown", "tobacco", "espresso", "cedar", "plywood", "bread", "crust", "soy", "木", "木头", "胡桃木", "皮革", "咖啡", "棕", "褐", "檀", "酱油", "酱", "面包", "老木"]),
    (tint(74.0, 0.085, 0.62), 0.7, &["tea", "oolong", "broth", "茶", "茶汤", "陈皮", "普洱", "面汤"]),
    (tint(85.0, 0.024, 0.91), 0.8, &["linen", "cream", "ivory", "oat", "paper", "parchment", "bone", "canvas", "cotton", "plaster", "rice", "flour", "milk", "bedsheet", "米白", "亚麻", "宣纸", "象牙", "奶油", "棉", "麻", "米色", "纸", "豆腐", "米饭", "豆浆"]),
    (tint(75.0, 0.045, 0.83), 0.8, &["sand", "sandy", "beige", "dune", "desert", "limestone", "travertine", "沙漠", "沙", "驼色", "戈壁", "黄土"]),
    (tint(240.0, 0.008, 0.96), 0.8, &["white", "snow", "snowy", "frost", "porcelain", "marble", "salt", "chalk", "白", "白色", "雪", "霜", "瓷", "白瓷", "盐", "大理石"]),
    (tint(230.0, 0.014, 0.80), 0.8, &["fog", "foggy", "mist", "misty", "haze", "smoke", "cloud", "overcast", "silver", "pewter", "雾", "烟", "云", "银", "银色", "阴天", "炊烟"]),
    (tint(240.0, 0.010, 0.60), 0.8, &["grey", "gray", "concrete", "steel", "stone", "ash", "aluminium", "aluminum", "slate", "chrome", "graphite", "cement", "iron", "灰", "灰色", "混凝土", "钢", "石头", "水泥", "金属", "青砖", "铁", "青石"]),
    (tint(270.0, 0.012, 0.25), 0.8, &["black", "ink", "charcoal", "obsidian", "soot", "monochrome", "黑", "黑色", "墨", "炭", "水墨", "黑白", "煤"]),
    (tint(330.0, 0.085, 0.58), 0.7, &["dusk", "twilight", "暮色", "暮", "薄暮"]),
    (tint(48.0, 0.125, 0.68), 0.6, &["sunset", "黄昏", "晚霞", "夕阳", "傍晚", "落日"]),
    (tint(25.0, 0.075, 0.80), 0.6, &["dawn", "sunrise", "晨", "清晨", "黎明", "日出", "曙光", "早晨"]),
    (tint(64.0, 0.13, 0.70), 0.6, &["candle", "candlelight", "candlelit", "lantern", "lamplight", "fire", "firelight", "ember", "tungsten", "烛光", "蜡烛", "灯笼", "炉火", "篝火", "灯火", "花灯"]),
    (tint(88.0, 0.09, 0.80), 0.6, &["sunlight", "sunlit", "sunny", "sunshine", "阳光", "日光", "太阳"]),
    (tint(138.0, 0.09, 0.68), 0.6, &["spring", "春", "春天"]),
    (tint(150.0, 0.11, 0.60), 0.6, &["summer", "夏", "夏天", "盛夏", "夏夜"]),
    (tint(52.0, 0.115, 0.60), 0.6, &["autumn", "autumnal", "秋", "秋天", "深秋", "枫"]),
    (tint(240.0, 0.05, 0.78), 0.6, &["winter", "wintry", "冬", "冬天", "冬至"]),
    (tint(272.0, 0.07, 0.36), 0.6, &["night", "midnight", "nocturnal", "nocturne", "夜", "夜晚", "深夜", "午夜", "夜色", "星空"]),
    (tint(205.0, 0.06, 0.62), 0.6, &["rain", "rainy", "drizzle", "monsoon", "storm", "雨", "梅雨", "细雨"]),
];

/// How light the scene is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Hour {
    Day,
    Dusk,
    Night,
}

#[rustfmt::skip]
const HOURS: &[(Hour, &[&str])] = &[
    (Hour::Day, &["morning", "daylight", "noon", "midday", "sunlight", "sunlit", "sunny", "white", "bright", "snow", "dawn", "sunrise", "breakfast", "daytime", "晨", "清晨", "早晨", "日光", "阳光", "白色", "白", "米白", "雪", "午后", "正午", "早餐", "白天", "留白", "宣纸", "paper"]),
    (Hour::Dusk, &["dusk", "twilight", "sunset", "evening", "dim", "暮色", "暮", "黄昏", "傍晚", "晚霞", "夕阳", "落日", "薄暮"]),
    (Hour::Night, &["night", "midnight", "nocturnal", "nocturne", "moonlight", "moonlit", "neon", "dark", "darkness", "black", "star", "starry", "candlelit", "candlelight", "lantern", "underwater", "夜", "夜晚", "深夜", "午夜", "夜色", "霓虹", "黑暗", "星空", "月光", "月", "烛光", "夜市", "黑色", "灯笼", "花灯"]),
];

/// A small thing put into the picture because the prompt names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Motif {
    Sea,
    Mountain,
    Bird,
    Flower,
    City,
    Leaf,
    Rain,
    Moon,
    Sun,
    Snow,
    Star,
    Boat,
    Fish,
    Bamboo,
}

#[rustfmt::skip]
const MOTIFS: &[(Motif, &[&str])] = &[
    (Motif::Sea, &["sea", "ocean", "wave", "tide", "river", "lake", "harbour", "harbor", "canal", "海", "水", "江", "湖", "河", "浪", "潮", "水面"]),
    (Motif::Mountain, &["mountain", "hill", "hillside", "mountainside", "peak", "ridge", "alpine", "cliff", "valley", "山", "峰", "岭", "梯田", "山谷"]),
    (Motif::Bird, &["bird", "crane", "swallow", "gull", "heron", "owl", "sparrow", "magpie", "kingfisher", "鸟", "鹤", "燕", "鹭", "雁", "鸥", "喜鹊", "麻雀"]),
    (Motif::Flower, &["flower", "blossom", "petal", "bloom", "floral", "peony", "lotus", "tulip", "花", "梅花", "荷花", "樱花", "桂花", "牡丹", "花瓣"]),
    (Motif::City, &["city", "skyline", "street", "tower", "rooftop", "alley", "urban", "town", "village", "roof", "城", "城市", "街", "巷", "楼", "弄堂", "胡同", "夜市"]),
    (Motif::Leaf, &["tea", "leaf", "leaves", "herb", "plant", "tree", "garden", "forest", "seed", "茶", "叶", "树", "植物", "种子", "草", "园林"]),
    (Motif::Rain, &["rain", "rainy", "drizzle", "monsoon", "storm", "umbrella", "雨", "梅雨", "伞", "细雨", "雨水"]),
    (Motif::Moon, &["moon", "moonlight", "moonlit", "lunar", "月", "月亮", "月光", "中秋", "明月"]),
    (Motif::Sun, &["sun", "sunset", "sunrise", "sunlight", "dawn", "太阳", "日出", "夕阳", "落日", "晨"]),
    (Motif::Snow, &["snow", "snowy", "winter", "frost", "blizzard", "雪", "霜", "冬"]),
    (Motif::Star, &["star", "starry", "constellation", "galaxy", "星", "星空", "银河", "节庆"]),
    (Motif::Boat, &["boat", "ferry", "sail", "ship", "kayak", "sailboat", "船", "舟", "帆", "渡轮", "乌篷船"]),
    (Motif::Fish, &["fish", "koi", "mackerel", "trout", "whale", "seafood", "鱼", "锦鲤", "鲸"]),
    (Motif::Bamboo, &["bamboo", "reed", "竹", "芦苇", "竹林"]),
];

/// A surface.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Texture {
    Weave,
    Grain,
    Dots,
    Hatch,
    Speckle,
    Ripple,
}

#[rustfmt::skip]
const TEXTURES: &[(Texture, &[&str])] = &[
    (Texture::Weave, &["linen", "cotton", "canvas", "fabric", "wool", "denim", "cloth", "knit", "knitted", "woven", "felt", "bedsheet", "亚麻", "布", "棉", "麻", "织", "毛线", "刺绣", "扎染"]),
    (Texture::Grain, &["wood", "wooden", "oak", "walnut", "timber", "cedar", "plywood", "bamboo", "woodblock", "木", "木头", "竹", "胡桃木", "木纹", "年轮", "藤"]),
    (Texture::Dots, &["halftone", "riso", "risograph", "film", "pixel", "print", "printed", "screenprint", "comic", "led", "网点", "胶片", "丝网", "像素", "孔版", "印刷", "颗粒"]),
    (Texture::Hatch, &["ink", "etching", "linocut", "engraving", "pencil", "drawing", "blueprint", "sketch", "drawn", "版画", "铅笔", "木刻", "素描", "白描", "线描", "墨", "手绘"]),
    (Texture::Speckle, &["stone", "concrete", "terrazzo", "sand", "sandy", "snow", "plaster", "clay", "ceramic", "granite", "brick", "salt", "paper", "石", "沙", "雪", "水泥", "陶", "水磨石", "混凝土", "盐", "砖", "纸"]),
    (Texture::Ripple, &["water", "sea", "glass", "silk", "rain", "river", "lake", "satin", "underwater", "水", "海", "玻璃", "湖", "江", "河", "丝绸", "雨", "琉璃"]),
];

/// What kind of thing the composition is asked to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum Form {
    Bottle,
    Jar,
    Carton,
    Cup,
    Glass,
    Vase,
    Disc,
    Lamp,
    Bowl,
    Plate,
    Stair,
    Arch,
    Facade,
    Room,
    Timeline,
    Layers,
    Guide,
    Network,
    ShortHair,
    LongHair,
    Voice,
    Keys,
    Strings,
    Drum,
}

#[rustfmt::skip]
const FORMS: &[(Form, &[&str])] = &[
    (Form::Voice, &["voice", "narrator", "narration", "monologue", "speech", "speak", "sing", "singer", "song", "lyrics", "choir", "chorus", "vocal", "podcast", "listener", "旁白", "独白", "朗读", "讲述", "嗓音", "声音", "播音", "主播", "歌", "唱", "合唱", "歌词", "念"]),
    (Form::Keys, &["piano", "keyboard", "organ", "harpsichord", "synth", "rhodes", "accordion", "vibraphone", "marimba", "钢琴", "键盘", "风琴", "合成器", "手风琴"]),
    (Form::Strings, &["guitar", "violin", "viola", "cello", "harp", "banjo", "ukulele", "string", "bass", "guqin", "erhu", "pipa", "吉他", "提琴", "古琴", "二胡", "琵琶", "弦", "古筝"]),
    (Form::Drum, &["drum", "percussion", "beat", "bpm", "techno", "groove", "gong", "clap", "rhythm", "鼓", "鼓点", "打击乐", "节拍", "锣", "节奏"]),
    (Form::ShortHair, &["man", "men", "boy", "he", "his", "him", "father", "grandfather", "son", "fisherman", "男", "少年", "男人", "男孩", "他", "父亲", "爷爷", "大叔", "老汉", "师傅", "小伙"]),
    (Form::LongHair, &["woman", "women", "girl", "she", "her", "mother", "grandmother", "daughter", "女", "女人", "女孩", "女子", "她", "母亲", "奶奶", "姑娘", "阿姨", "花旦"]),
    (Form::Bottle, &["bottle", "perfume", "wine", "vinegar", "serum", "oil", "flask", "decanter", "瓶", "香水", "酒", "醋", "酱油", "精华"]),
    (Form::Jar, &["jar", "tin", "can", "canister", "candle", "罐", "罐头", "香薰", "蜡烛"]),
    (Form::Carton, &["box", "carton", "package", "packaging", "book", "notebook", "pouch", "soap", "radio", "camera", "speaker", "盒", "礼盒", "包装", "书", "香皂", "收音机", "相机", "月饼"]),
    (Form::Cup, &["cup", "mug", "latte", "coffee", "espresso", "tea", "cocoa", "杯", "咖啡", "茶", "茶杯", "豆浆", "盖碗"]),
    (Form::Glass, &["glass", "cocktail", "lemonade", "tumbler", "soda", "drink", "juice", "beer", "iced", "highball", "spritz", "奶茶", "饮品", "冰饮", "汽水", "酸梅汤", "果汁", "玻璃杯"]),
    (Form::Vase, &["vase", "teapot", "kettle", "pitcher", "jug", "porcelain", "ceramic", "urn", "花瓶", "茶壶", "壶", "瓷器", "青瓷", "陶器"]),
    (Form::Disc, &["watch", "clock", "ring", "bracelet", "coin", "record", "vinyl", "wheel", "bicycle", "headphones", "earbuds", "手表", "腕表", "钟", "戒指", "手镯", "唱片", "耳机"]),
    (Form::Lamp, &["lamp", "lantern", "umbrella", "lampshade", "chair", "灯", "台灯", "灯笼", "伞", "椅"]),
    (Form::Bowl, &["bowl", "noodle", "noodles", "soup", "ramen", "broth", "porridge", "congee", "dumpling", "hotpot", "pot", "stew", "砂锅", "锅", "煲", "煲仔饭", "碗", "面条", "汤", "粥", "饺子", "馄饨", "米线", "火锅", "米粉", "云吞"]),
    (Form::Plate, &["plate", "dish", "toast", "bread", "pastry", "cake", "tart", "platter", "salad", "pie", "pizza", "盘", "碟", "蛋糕", "面包", "糕", "饼", "overhead", "俯拍"]),
    (Form::Stair, &["stair", "stairs", "staircase", "step", "stairwell", "terrace", "楼梯", "台阶", "阶梯"]),
    (Form::Arch, &["arch", "arches", "vault", "vaulted", "chapel", "cloister", "bathhouse", "arcade", "拱", "拱门", "月洞门", "窑洞", "园林"]),
    (Form::Facade, &["facade", "façade", "façades", "balcony", "balconies", "shopfront", "tower", "block", "apartment", "elevation", "立面", "骑楼", "阳台", "店面", "高楼"]),
    (Form::Room, &["room", "interior", "kitchen", "bedroom", "studio", "library", "house", "courtyard", "corridor", "loft", "房间", "室内", "客厅", "书房", "厨房", "卧室", "院", "茶室", "民宿"]),
    (Form::Timeline, &["timeline", "chronology", "history", "calendar", "year", "month", "day", "schedule", "step", "时间线", "时间轴", "流程", "步骤", "节气", "天", "年", "长卷"]),
    (Form::Layers, &["cutaway", "section", "cross-section", "layer", "strata", "exploded", "zone", "depth", "anatomy", "剖面", "分层", "断面", "爆炸图", "解剖", "层", "潮间带", "带"]),
    (Form::Guide, &["guide", "field", "specimen", "species", "catalogue", "chart", "plate", "panel", "comparison", "图鉴", "标本", "对照", "品种", "图谱", "格"]),
    (Form::Network, &["map", "network", "route", "flow", "system", "cycle", "diagram", "metro", "地图", "路线", "网络", "循环", "系统", "关系"]),
];

/// Chinese words that hold one of the words above without meaning it.
const FALSE_FRIENDS: &[&str] = &[
    "海报",
    "上海",
    "水平",
    "空白",
    "明白",
    "白平衡",
    "水印",
    "月份",
    "沙发",
    "鸟瞰",
    "红外",
    "青年",
    "茶几",
    "云台",
    "花样",
    "花费",
    "山东",
    "香水味",
    "棉花糖",
    "松弛",
    "放松",
    "轻松",
    "火花",
    "银幕",
    "银行",
    "铁路",
    "河南",
    "河北",
    "湖南",
    "湖北",
    "江南",
    "江苏",
    "浙江",
    "黑体",
    "灰度",
    "石板",
    "铜版纸",
    "人物",
    "今天",
    "每天",
    "聊天",
    "年轻",
    "年龄",
    "皮肤",
    "城乡",
    "风格",
    "规格",
    "表格",
    "严格",
    "格式",
    "价格",
    "层次",
    "带着",
    "携带",
    "磁带",
    "天然",
    "书法",
    "书写",
    "文书",
    "墨镜",
    "镜面",
];

/// Words after which something is asked *not* to be shown.
#[rustfmt::skip]
const NOT: &[&str] = &[
    "no", "not", "without", "avoid", "never", "exclude", "negative",
    "不要", "避免", "没有", "不用", "禁止", "切勿", "不出现", "不得", "不许", "不加", "无", "忌",
];

/// What one word says.
#[derive(Clone, Copy, Default)]
struct Meaning {
    colour: Option<usize>,
    hour: Option<Hour>,
    motif: Option<Motif>,
    texture: Option<Texture>,
    form: Option<Form>,
    not: bool,
}

/// All words. Every word of a prompt is looked for here, and the keys are our own: a hash that nobody
/// can be made to collide would take most of the time.
struct Lexicon {
    words: FxHashMap<&'static str, Meaning>,
    /// The Chinese ones by their first character, the longest first: most characters begin none.
    chinese: FxHashMap<char, Vec<(&'static str, Meaning)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon: FxHashMap<&'static str, Meaning> = FxHashMap::default();
    for word in FALSE_FRIENDS {
        lexicon.entry(word).or_default();
    }
    for word in NOT {
        lexicon.entry(word).or_default().not = true;
    }
    for (n, (_, _, words)) in COLOURS.iter().enumerate() {
        for word in *words {
            lexicon.entry(word).or_default().colour = Some(n);
        }
    }
    for (hour, words) in HOURS {
        for word in *words {
            lexicon.entry(word).or_default().hour = Some(*hour);
        }
    }
    for (motif, words) in MOTIFS {
        for word in *words {
            lexicon.entry(word).or_default().motif = Some(*motif);
        }
    }
    for (texture, words) in TEXTURES {
        for word in *words {
            lexicon.entry(word).or_default().texture = Some(*texture);
        }
    }
    for (form, words) in FORMS {
        for word in *words {
            lexicon.entry(word).or_default().form = Some(*form);
        }
    }
    let mut chinese: FxHashMap<char, Vec<(&'static str, Meaning)>> = FxHashMap::default();
    for (word, meaning) in &lexicon {
        if let Some(first) = word.chars().next().filter(|first| is_ideograph(*first)) {
            chinese.entry(first).or_default().push((word, *meaning));
        }
    }
    for words in chinese.values_mut() {
        words.sort_by_key(|(word, _)| Reverse(word.len()));
    }
    Lexicon { words: lexicon, chinese }
});

/// What was found in a prompt, each list with the strongest first.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) tints: Vec<(Tint, f64)>,
    pub(super) hours: Vec<(Hour, f64)>,
    pub(super) motifs: Vec<(Motif, f64)>,
    pub(super) textures: Vec<(Texture, f64)>,
    pub(super) forms: Vec<(Form, f64)>,
    /// Syllables of each word (English) or characters of each phrase (Chinese); `0` is a rest.
    pub(super) rhythm: Vec<u8>,
    /// Whether the text is mostly Chinese.
    pub(super) chinese: bool,
}

impl Reading {
    pub(super) fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        reader.read(start_of(text));
        let mut reading = reader.found;
        strongest_first(&mut reading.tints);
        strongest_first(&mut reading.hours);
        strongest_first(&mut reading.motifs);
        strongest_first(&mut reading.textures);
        strongest_first(&mut reading.forms);
        reading
    }

    /// The form among `offered` that the text speaks of most.
    pub(super) fn form(&self, offered: &[Form]) -> Option<Form> {
        let found = |(form, _): &&(Form, f64)| offered.contains(form);
        self.forms.iter().find(found).map(|(form, _)| *form)
    }

    pub(super) fn hour(&self, hour: Hour) -> f64 {
        let found = |(found, _): &&(Hour, f64)| *found == hour;
        self.hours.iter().find(found).map_or(0.0, |(_, w)| *w)
    }
}

/// The part of the text that is looked at.
fn start_of(text: &str) -> &str {
    let mut end = text.len().min(READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A stable sort, so that equals stay in the order they were read.
fn strongest_first<T>(found: &mut [(T, f64)]) {
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
}

fn add<T: PartialEq>(list: &mut Vec<(T, f64)>, item: T, weight: f64) {
    match list.iter_mut().find(|(known, _)| *known == item) {
        Some((_, sum)) => *sum += weight,
        None => list.push((item, weight)),
    }
}

#[derive(Default)]
struct Reader {
    found: Reading,
    /// Inside a passage that says what to leave out.
    muted: bool,
    phrase: u8,
    ideographs: usize,
    letters: usize,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(first) = rest.chars().next() else {
                break;
            };
            at += if is_letter(first) {
                let word = rest.get(..end_of_word(rest)).unwrap_or(rest);
                self.word(word, at);
                word.len()
            } else if is_ideograph(first) {
                self.phrase = self.phrase.saturating_add(1);
                self.ideographs += 1;
                self.chinese(rest, first, at)
            } else {
                if first == '#' {
                    self.hex(rest, at);
                }
                self.mark(first);
                first.len_utf8()
            };
        }
        self.end_phrase();
        self.found.chinese = self.ideographs * 2 > self.letters;
    }

    /// Anything that is not part of a word.
    fn mark(&mut self, c: char) {
        if matches!(c, '.' | '\n' | ';' | '。' | '；' | '"' | '！' | '!' | '?' | '？' | ')' | '）')
        {
            self.muted = false;
        }
        if matches!(
            c,
            '.' | ',' | ';' | ':' | '\n' | '。' | '，' | '、' | '；' | '：' | '！' | '？'
        ) {
            self.end_phrase();
            if self.found.rhythm.last().is_some_and(|beat| *beat > 0) {
                self.beat(0);
            }
        }
    }

    fn end_phrase(&mut self) {
        if self.phrase > 0 {
            self.beat(self.phrase.min(12));
            self.phrase = 0;
        }
    }

    fn beat(&mut self, syllables: u8) {
        if self.found.rhythm.len() < BEATS {
            self.found.rhythm.push(syllables);
        }
    }

    /// One English word.
    fn word(&mut self, word: &str, at: usize) {
        self.letters += 1;
        self.beat(syllables(word));
        if word.len() > 16 {
            return;
        }
        let lower = if word.bytes().all(|letter| letter.is_ascii_lowercase()) {
            word.into()
        } else {
            Cow::Owned(word.to_lowercase())
        };
        let meaning = |word: &str| LEXICON.words.get(word);
        if let Some(meaning) = meaning(&lower).or_else(|| meaning(lower.strip_suffix('s')?)) {
            self.take(*meaning, at);
        }
    }

    /// The longest Chinese word `rest` begins with; returns how many bytes of it were read.
    fn chinese(&mut self, rest: &str, first: char, at: usize) -> usize {
        let words = LEXICON.chinese.get(&first).map_or(&[][..], Vec::as_slice);
        let Some((word, meaning)) = words.iter().find(|(word, _)| rest.starts_with(word)) else {
            return first.len_utf8();
        };
        self.take(*meaning, at);
        let more = word.chars().count() - 1;
        self.phrase = self.phrase.saturating_add(more.min(4) as u8);
        word.len()
    }

    /// A colour written `#rrggbb`.
    fn hex(&mut self, rest: &str, at: usize) {
        if let Some(tint) = rest.get(1..7).and_then(tint_of_hex)
            && !self.muted
        {
            add(&mut self.found.tints, tint, 1.2 * weight(at));
        }
    }

    fn take(&mut self, meaning: Meaning, at: usize) {
        if meaning.not {
            self.muted = true;
        }
        if self.muted {
            return;
        }
        let weight = weight(at);
        if let Some((tint, strength, _)) = meaning.colour.and_then(|n| COLOURS.get(n)) {
            add(&mut self.found.tints, *tint, strength * weight);
        }
        if let Some(hour) = meaning.hour {
            add(&mut self.found.hours, hour, weight);
        }
        if let Some(motif) = meaning.motif {
            add(&mut self.found.motifs, motif, weight);
        }
        if let Some(texture) = meaning.texture {
            add(&mut self.found.textures, texture, weight);
        }
        if let Some(form) = meaning.form {
            add(&mut self.found.forms, form, weight);
        }
    }
}

/// What a word at byte `at` counts: the beginning of a prompt says what it is about.
fn weight(at: usize) -> f64 {
    0.35 + 1.0 / (1.0 + at as f64 / 300.0)
}

/// Where the letters and apostrophes end that a text begins with.
fn end_of_word(text: &str) -> usize {
    let is_plain = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'\'';
    let plain = text.bytes().take_while(|byte| is_plain(byte)).count();
    match text.get(plain..).and_then(|rest| rest.chars().next()) {
        Some(next) if is_letter(next) => {
            let end = text.find(|c: char| !(is_letter(c) || c == '\''));
            end.unwrap_or(text.len())
        }
        _ => plain,
    }
}

/// Whether a character is a letter; which takes longest to tell of ideographs.
fn is_letter(c: char) -> bool {
    !is_ideograph(c) && c.is_alphabetic()
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The number of vowel groups in a word, at least one and at most six.
fn syllables(word: &str) -> u8 {
    let mut count = 0_u8;
    let mut in_vowel = false;
    // Every character but these begins with another byte, and holds none of them.
    for c in word.bytes().take(24) {
        let vowel = matches!(c.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        count += u8::from(vowel && !in_vowel);
        in_vowel = vowel;
    }
    if count > 1 && word.ends_with('e') && !word.ends_with("le") {
        count -= 1;
    }
    count.clamp(1, 6)
}
