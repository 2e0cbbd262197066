/** Emoji by Slack's short names: the ones people and bots of an infrastructure team use. */

const EMOJI = Object.fromEntries(
  `+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 100 💯 alarm_clock ⏰ ambulance 🚑 arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_up ⬆️
  arrows_counterclockwise 🔄 ballot_box_with_check ☑️ bangbang ‼️ bar_chart 📊 beetle 🐞 bell 🔔 bomb 💣 books 📚 boom 💥 broom 🧹 bug 🐛 bulb 💡
  calendar 📆 chart_with_downwards_trend 📉 chart_with_upwards_trend 📈 clap 👏 clipboard 📋 clock1 🕐 closed_book 📕 cloud ☁️ computer 💻
  construction 🚧 cry 😢 desktop_computer 🖥️ electric_plug 🔌 exclamation ❗ eyes 👀 face_with_monocle 🧐 fast_forward ⏩ file_folder 📁 fire 🔥
  floppy_disk 💾 gear ⚙️ ghost 👻 globe_with_meridians 🌐 green_heart 💚 grey_question ❔ hammer 🔨 hammer_and_wrench 🛠️ hand ✋ heart ❤️
  heavy_check_mark ✔️ heavy_minus_sign ➖ heavy_plus_sign ➕ heavy_multiplication_x ✖️ hourglass ⌛ hourglass_flowing_sand ⏳ information_source ℹ️
  key 🔑 label 🏷️ large_blue_circle 🔵 large_green_circle 🟢 large_orange_circle 🟠 large_red_circle 🔴 large_yellow_circle 🟡 link 🔗 lock 🔒
  loudspeaker 📢 mag 🔍 mag_right 🔎 mega 📣 memo 📝 money_with_wings 💸 moneybag 💰 muscle 💪 mute 🔇 no_bell 🔕 no_entry ⛔ no_entry_sign 🚫
  octagonal_sign 🛑 ok 🆗 ok_hand 👌 package 📦 page_facing_up 📄 paperclip 📎 partying_face 🥳 party_popper 🎉 pause_button ⏸️ pencil ✏️ point_right 👉
  pray 🙏 pushpin 📌 question ❓ raised_hand ✋ raised_hands 🙌 recycle ♻️ red_circle 🔴 repeat 🔁 rewind ⏪ robot_face 🤖 rocket 🚀 rotating_light 🚨
  satellite 🛰️ scroll 📜 see_no_evil 🙈 shield 🛡️ ship 🚢 shrug 🤷 siren 🚨 skull 💀 sleeping 😴 slightly_smiling_face 🙂 smile 😄 snail 🐌 sob 😭
  sparkles ✨ speech_balloon 💬 sos 🆘 star ⭐ stop_sign 🛑 stopwatch ⏱️ sunny ☀️ sweat_smile 😅 tada 🎉 test_tube 🧪 thinking_face 🤔 thread 🧵 ticket 🎫 toolbox 🧰
  traffic_light 🚦 turtle 🐢 unlock 🔓 warning ⚠️ wastebasket 🗑️ wave 👋 white_check_mark ✅ white_circle ⚪ woman_technologist 👩‍💻 wrench 🔧 x ❌ zap ⚡ zzz 💤`
    .split(/\s+/)
    .reduce((pairs, word, index, words) => (index % 2 ? [...pairs, [words[index - 1], word]] : pairs), []),
);

/** The reactions offered on every message, in the order people need them. */
export const OFFERED = ["white_check_mark", "x", "octagonal_sign", "eyes", "+1"];

/** Returns the character of a short name, or the name in colons if it is not known. */
export function emoji(name) {
  const [plain] = name.split("::");
  return Object.hasOwn(EMOJI, plain) ? EMOJI[plain] : `:${name}:`;
}
