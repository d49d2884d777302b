//! The words: some hundreds that writers of prompts use, and as many more as are asked for,
//! made from syllables and characters.

use std::collections::HashSet;

use super::random::{Random, Zipf};

/// Words of one language, the most frequent first.
#[derive(Debug)]
pub(crate) struct Lexicon {
    words: Vec<String>,
    zipf: Zipf,
    /// How many of the first say nothing by themselves.
    function: usize,
    /// How many of the first are real words.
    core: usize,
}

impl Lexicon {
    fn new(function: &str, content: &str, mut made: impl FnMut() -> String, size: usize) -> Self {
        let mut words: Vec<String> = Vec::with_capacity(size);
        let mut known: HashSet<String> = HashSet::with_capacity(size);
        let mut add = |word: String, words: &mut Vec<String>| {
            if known.insert(word.clone()) {
                words.push(word);
            }
        };
        function.split_whitespace().for_each(|word| add(word.into(), &mut words));
        let function = words.len();
        content.split_whitespace().for_each(|word| add(word.into(), &mut words));
        let core = words.len();
        while words.len() < size {
            add(made(), &mut words);
        }
        Self { words, zipf: Zipf::new(size, 2.0), function, core }
    }

    /// Real words of English, and tens of thousands that could be.
    pub(crate) fn english(seed: u64) -> Self {
        const ONSETS: &str = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc \
                              sh sl sm sn sp st str t th tr v w";
        const NUCLEI: &str = "a a a e e e i i o o u ai ea ee ie oa oo ou";
        const CODAS: &str = "n n r r l s t d m ng nd nt ck st x";
        const ENDINGS: &str = "ing ed er ly ness ment al ic";
        let [onsets, nuclei, codas, endings] = [ONSETS, NUCLEI, CODAS, ENDINGS]
            .map(|list| list.split_whitespace().collect::<Vec<_>>());
        let mut random = Random::new(seed ^ 0xe4);
        let made = || {
            let mut word = String::new();
            for _ in 0..random.between(1, 3) {
                word.push_str(random.one_of::<&str>(&onsets));
                word.push_str(random.one_of::<&str>(&nuclei));
                if random.in_thousand(400) {
                    word.push_str(random.one_of::<&str>(&codas));
                }
            }
            if random.in_thousand(300) {
                word.push_str(random.one_of::<&str>(&endings));
            }
            word
        };
        Self::new(ENGLISH_FUNCTION, ENGLISH, made, 40_000)
    }

    /// Real words of Chinese, and tens of thousands of one to four characters.
    pub(crate) fn chinese(seed: u64) -> Self {
        // Common characters by hand; then one in five of the block, which makes some thousands.
        let mut characters: Vec<char> = Vec::new();
        let mut known = HashSet::new();
        let frequent = CHARACTERS.chars().chain(CHINESE.chars()).filter(|c| !c.is_whitespace());
        characters.extend(
            frequent.chain(('\u{4e00}'..='\u{9fa5}').step_by(5)).filter(|c| known.insert(*c)),
        );
        let zipf = Zipf::new(characters.len(), 60.0);
        let mut random = Random::new(seed ^ 0xc4);
        let made = || {
            let length = match random.below(100) {
                0..8 => 1,
                8..68 => 2,
                68..86 => 3,
                _ => 4,
            };
            // Of two draws the commoner: a thousand characters make most of any text.
            let mut rank = || zipf.rank(&mut random).min(zipf.rank(&mut random));
            (0..length).map(|_| characters[rank()]).collect()
        };
        Self::new(CHINESE_FUNCTION, CHINESE, made, 60_000)
    }

    /// A word, as often as it is used.
    pub(crate) fn word(&self, random: &mut Random) -> &str {
        &self.words[self.zipf.rank(random)]
    }

    /// A word that says something, as often as it is used.
    pub(crate) fn content_word(&self, random: &mut Random) -> &str {
        loop {
            let rank = self.zipf.rank(random);
            if rank >= self.function {
                return &self.words[rank];
            }
        }
    }

    /// The word with this rank.
    pub(crate) fn at(&self, rank: usize) -> &str {
        &self.words[rank]
    }

    /// Real words that say something, the most frequent first.
    pub(crate) fn real(&self) -> &[String] {
        &self.words[self.function..self.core]
    }

    /// Every word, the most frequent first.
    pub(crate) fn all(&self) -> &[String] {
        &self.words
    }
}

const ENGLISH_FUNCTION: &str = "the a of and with in on to at from by for no as is its one into over \
    under through an are not but no-one all two between across behind while";

const ENGLISH: &str = "light portrait soft background image style poster camera warm color scene photo \
    shot lens detail texture shadow white black natural video cinematic minimal product studio film \
    illustration design window frame morning golden hour city street night mood composition depth field \
    focus hand woman man face child paper glass wood metal stone water sky cloud rain snow fog river sea \
    mountain forest garden flower leaf tree house room wall door table chair bowl cup tea coffee bread \
    fruit plate kitchen market shop train station bridge boat bicycle car road lamp candle neon reflection \
    mirror fabric linen silk wool cotton leather ceramic clay porcelain brass copper silver gold red blue \
    green yellow orange purple pink grey brown ivory navy teal amber crimson pastel muted vivid saturated \
    contrast highlight backlit rim diffuse hard harsh gentle quiet calm bold playful elegant rustic modern \
    vintage retro classic futuristic abstract geometric organic symmetrical centered close-up wide macro \
    aerial overhead low angle eye level profile half-length full-body headshot editorial documentary \
    fashion beauty food travel nature wildlife architecture interior landscape cityscape still-life \
    infographic diagram map chart icon logo typography headline caption letter font serif grid margin \
    layout cover magazine book album label package box bottle jar watch shoe bag dress coat hat scarf \
    jewelry ring necklace perfume skincare cream serum lipstick hair skin eyes smile expression gaze \
    gesture pose motion blur slow tracking pan tilt zoom dolly handheld steady take cut transition opening \
    ending second frame-rate loop music melody rhythm bass drum guitar piano violin voice narrator whisper \
    song chorus verse tempo beat ambient sound wind footsteps silence grain noise bokeh exposure aperture \
    shutter kodak portra fuji 35mm 50mm 85mm 4k 8k 16:9 3:4 9:16 f/1.8 photorealistic realistic hyperreal \
    watercolor ink oil gouache pencil charcoal woodcut linocut engraving collage screenprint risograph \
    isometric 3d render clay-render low-poly pixel vector flat line outline hatch brush stroke wash \
    pattern tile ornament mosaic origami papercut anime manga comic storybook character dragon fox cat \
    dog horse bird crane fish whale butterfly bee rabbit tiger lion elephant robot astronaut knight \
    wizard castle temple shrine lighthouse harbor island desert canyon meadow field village alley rooftop \
    balcony staircase corridor library museum theatre stage festival lantern firework moon star galaxy \
    planet spaceship ocean wave beach sand shell coral ice glacier volcano storm lightning rainbow sunset \
    sunrise dusk dawn spring summer autumn winter season holiday wedding birthday family friend crowd \
    worker craftsman chef dancer musician painter gardener fisherman athlete runner skateboard football \
    steam smoke dust splash drop bubble crystal diamond pearl velvet marble concrete brick bamboo lotus \
    peony plum cherry blossom rose lavender sunflower mushroom moss fern cactus avoid without watermark \
    text extra fingers distorted blurry cropped duplicate artifact keep leave space negative clean edges \
    sharp crisp high resolution ultra intricate delicate subtle layered weathered worn handmade aged \
    glossy matte satin translucent transparent opaque iridescent holographic chrome rough smooth cracked";

const CHINESE_FUNCTION: &str = "的 在 和 一 与 不要 有 里 上 是 着 了 从 用 把 被 对 中 下 一个 没有 以 及 像 \
    不 到 向 也 都 只";

const CHINESE: &str = "海报 人像 画面 光线 背景 风格 镜头 极简 柔和 自然光 产品 摄影 插画 质感 色彩 细节 构图 暖色 \
    特写 电影感 城市 夜景 街道 清晨 黄昏 窗边 阴影 高清 写实 留白 主体 白色 黑色 红色 蓝色 绿色 金色 灰色 米白 \
    青色 橙色 紫色 粉色 低饱和 高对比 逆光 侧光 顶光 轮廓光 柔光 硬光 景深 浅景深 对焦 虚化 广角 微距 俯拍 仰拍 \
    平视 航拍 中景 近景 全景 远景 半身 全身 肖像 模特 女孩 男孩 老人 孩子 女人 男人 工匠 厨师 舞者 画家 歌手 \
    表情 眼神 微笑 手势 姿态 头发 皮肤 衣服 长裙 大衣 围巾 帽子 旗袍 汉服 丝绸 亚麻 棉布 羊毛 皮革 陶瓷 瓷器 \
    玻璃 木头 金属 石头 纸张 水墨 国画 工笔 写意 山水 书法 印章 剪纸 年画 版画 油画 水彩 素描 铅笔 线稿 扁平 \
    矢量 像素 三维 渲染 等距 拼贴 复古 现代 未来 科技感 赛博朋克 蒸汽波 国潮 新中式 日系 北欧 胶片 颗粒 宝丽来 \
    黑白 纪实 时尚 杂志 封面 标题 字体 排版 网格 版式 标志 图标 包装 瓶子 盒子 标签 香水 护肤 口红 手表 耳机 \
    手机 汽车 自行车 列车 地铁 车站 码头 渡轮 桥梁 灯塔 寺庙 古镇 胡同 弄堂 庭院 阳台 屋顶 楼梯 走廊 书店 \
    图书馆 博物馆 剧场 舞台 集市 夜市 早餐 咖啡 茶杯 茶叶 面条 饺子 米饭 点心 水果 蔬菜 火锅 蒸汽 烟雾 灰尘 \
    水滴 气泡 倒影 镜子 霓虹 灯笼 蜡烛 月亮 星空 银河 太阳 云海 彩虹 闪电 暴雨 细雨 大雪 薄雾 微风 海浪 沙滩 \
    岛屿 沙漠 草原 森林 竹林 荷花 牡丹 梅花 樱花 菊花 向日葵 苔藓 落叶 山脉 峡谷 瀑布 湖泊 江河 村庄 田野 梯田 \
    春天 夏天 秋天 冬天 春节 中秋 端午 元宵 节气 婚礼 生日 家庭 朋友 人群 猫咪 小狗 兔子 狐狸 老虎 龙 凤凰 仙鹤 \
    锦鲤 鲸鱼 蝴蝶 蜜蜂 机器人 宇航员 武侠 侠客 剑客 仙女 神话 童话 绘本 漫画 动画 角色 设定 三视图 表情包 头像 \
    壁纸 信息图 流程图 地图 图表 时间线 科普 食谱 菜单 邀请函 贺卡 门票 明信片 邮票 书签 一镜到底 推镜 拉镜 摇镜 \
    跟拍 手持 慢动作 延时 转场 片头 片尾 旁白 配乐 钢琴 吉他 古筝 二胡 鼓点 节奏 旋律 副歌 歌词 人声 低语 环境音 \
    脚步声 风声 雨声 安静 温柔 热烈 孤独 怀旧 治愈 梦幻 神秘 庄重 活泼 优雅 粗犷 细腻 层次 通透 厚重 轻盈 干净 \
    锐利 模糊 变形 水印 多余 文字 手指 比例 竖版 横版 方形 边缘 中央 对称 对角线 三分法 前景 远处 四周 左侧 右侧 \
    极简海报 产品摄影 人像摄影 自然光线 电影质感 城市夜景 古风人像 水墨山水 美食摄影 室内设计 建筑摄影 品牌设计 \
    节日海报 旅行海报 音乐海报 儿童绘本 超高清晰 细节丰富 色调统一 光影层次";

/// Characters that are common in Chinese of any kind, for the words that are made.
const CHARACTERS: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过\
    发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无\
    力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身\
    果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打\
    女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书\
    非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候\
    带导争运";
