"""Made-up names, streets, groups, employers. Common given names of Central Kalimantan, put together by chance."""

from __future__ import annotations

import numpy as np
import polars as pl

ETHNICITIES = ("dayak", "banjar", "jawa", "batak", "bali", "madura")
ETHNICITY_SHARES = (0.38, 0.26, 0.24, 0.04, 0.04, 0.04)

_MALE = {
    "dayak": "Yanto Hendri Rikardo Yulius Kristian Yosia Damang Bambang Sahay Tampung Dehen Rinco Alfrid Beni Yohanes "
    "Markus Petrus Simon Ramon Jhon Marto Ardi Kurnia Duwel Lambung Rangga Bajau Sangkai Nyaring Kanisius Silvanus "
    "Edison Wilson Thomas Daniel Samuel Lukas Matius Roby Herson Yudha Febri Novri Agus Andreas Stepanus",
    "banjar": "Ahmad Rahmat Syahrani Fahrul Husni Hamdani Supian Abdul Syamsul Rusli Akhmad Arbain Basri Mahyudin "
    "Zainal Nasrun Saufi Rizali Fauzi Yusran Jumberi Hairul Kaspul Mahlan Anang Ilham Riduan Sarwani Taufik Gazali "
    "Norhadi Bahruddin Suriani Jamhari Rusmadi Aulia Ramadhan Hafiz Fikri Rizky Muhammad Irfan Rafi Alfian",
    "jawa": "Slamet Suparman Sutrisno Budi Joko Agus Eko Dwi Tri Wahyu Hadi Sugeng Mulyono Supriyadi Sunarto Wagiman "
    "Paijo Sumarno Teguh Bagus Dimas Bayu Rizal Andi Rudi Heru Yudi Arif Sigit Suroto Ngatimin Purwanto Hartono "
    "Karsono Poniman Saryono Galih Aditya Fajar Danang Ilham Raka",
    "batak": "Parlindungan Maruli Tigor Saut Hotman Binsar Jhonson Ronal Poltak Togar Sahat Mangasi Roni Ferdinan",
    "bali": "Wayan Made Nyoman Ketut Putu Kadek Komang Gede",
    "madura": "Mat Moh Sanusi Hasan Mukhlis Syafii Halim Sahrul Rofik Imam Buhari Sulaiman Jazuli Marzuki",
}
_FEMALE = {
    "dayak": "Yulita Mariani Ester Lisa Rusmini Tarie Nyai Lamiang Kristina Yuliana Debora Rini Herlina Marlina Rosita "
    "Yohana Natalia Elisabet Riska Tiwi Siska Novita Rina Nia Selvia Lidia Veronika Monika Susanti Erni Wati Lusia "
    "Mega Yessi Delima Bahen Indun Kameluh Putir Bawin Rantian",
    "banjar": "Siti Norhayati Rahmah Masitah Jamilah Mariati Halimah Fatimah Salasiah Noraini Raudah Aisyah Rusdiana "
    "Hadijah Zubaidah Nurjanah Mahrita Rabiatul Laila Khairunnisa Hasanah Maulida Aulia Nadia Safitri Norlaila Rohani "
    "Sarinah Mastora Galuh Asiah Rusnah Nurul Helda Ramlah Jumiati",
    "jawa": "Sri Siti Sumiati Suparmi Wagiyem Ngatiyem Tutik Endang Dewi Rini Ratna Yuni Wulan Ayu Dian Fitri Lestari "
    "Sulastri Partini Tukinem Suyatmi Murni Indah Retno Eka Puji Nur Anisa Rahayu Intan Novi Kartini Painem Sumini "
    "Winarti Mujiati",
    "batak": "Rotua Tiur Nurlela Hotma Rosmaida Marisi Lasma Duma Rumondang Tetty Erika Romauli",
    "bali": "Wayan Made Nyoman Ketut Luh Kadek Komang Putu",
    "madura": "Siti Hasanah Maimunah Sulihah Rukayah Nur Muslimah Aminah Jumaiyah Hosnawati Suhriyah",
}
_SECOND = {
    "dayak": "Saputra Kristian Andreas Perdana Natalino Yudistira Pranata Agustina Lestari Oktavia Paskalia Melati "
    "Anugrah Wijaya Febriani Setiawan Pratama Handayani Damayanti Efendi Suryadi Noviana",
    "banjar": "Rahman Hidayat Ansari Noor Fadli Rasyid Maulana Hasan Azhar Wahidah Rahmawati Azizah Fitriani Aminah "
    "Khalid Saputra Rahmadani Zahra Hayati Mubarak Firdaus Salim",
    "jawa": "Santoso Prasetyo Wibowo Nugroho Setiawan Kurniawan Hidayat Purnomo Susilo Utomo Rahayu Lestari Wulandari "
    "Astuti Handayani Widodo Saputro Wahyuni Pertiwi Suryani Cahyono Raharjo",
    "batak": "Hamonangan Parulian Pardamean Oloan Banjarnahor Martua",
    "bali": "Sudarma Suardana Artawan Widiasih Suryani Wirawan Sukarta Ariani Budiasa Astawa Mertayasa Yuliani",
    "madura": "Hasan Arifin Rahman Fauzan Holil Mukti Zaini Badri Sholeh Hidayah",
}
_LAST = {
    "dayak": "Bungai Tambun Ngabe Sukah Mihing Sahabu Toendan Rangkai Ludjen Usop Luran Nahan Sandan Tupak Gandrung "
    "Rahan Sawang Laman Kunum Daya Uda Pahan Umbing Lada",
    "batak": "Simanjuntak Sihombing Nainggolan Hutagalung Situmorang Panjaitan Siregar Sinaga Manurung Tampubolon",
}
_SECOND_SHARE = {"dayak": 0.55, "banjar": 0.6, "jawa": 0.65, "batak": 0.3, "bali": 1.0, "madura": 0.6}
_LAST_SHARE = {"dayak": 0.35, "batak": 0.9}

STREETS = (
    *("Tjilik Riwut", "RTA Milono", "G. Obos", "Yos Sudarso", "Kahayan", "Bukit Keminting", "Rajawali", "Seth Adji"),
    *(
        "Mahir Mahar",
        "Hiu Putih",
        "Diponegoro",
        "Pinus Permai",
        "Manduhara",
        "Badak",
        "Kalibata",
        "Murjani",
        "Dr. Murjani",
    ),
    *("Bangaris", "Pantung", "Cempaka", "Mendawai", "Anoi", "Flamboyan", "Kecubung", "Menteng", "Temanggung Tilung"),
)
VILLAGE_STREETS = ("Poros Desa", "Tepi Sungai", "Usaha Tani", "Pasar Lama", "Betang", "Dermaga", "Karya Bersama")
OLD_STREETS = ("Lama", "Dalam", "Ujung", "Induk", "Gang Rukun")
GROUP_WORDS = (
    *("Harapan", "Sejahtera", "Bersama", "Maju", "Karya", "Berkah", "Mandiri", "Jaya", "Lestari", "Rukun", "Makmur"),
    *("Tunas", "Sinar", "Mitra", "Usaha", "Handep", "Hapakat", "Penyang", "Hinje", "Simpei"),
)
FISH = ("Lele", "Patin", "Papuyu", "Nila", "Gabus", "Haruan", "Baung")
EMPLOYERS = (
    *("Sawit Palma Kahayan", "Retail Isen Mulang", "Hotel Bahalap", "Bengkel Sangkuriang Motor", "Kayu Lestari Borneo"),
    *(
        "Rumah Makan Samba",
        "Toko Bangunan Tumbang",
        "Klinik Harapan Ibu",
        "Gudang Logistik Rakumpit",
        "Percetakan Betang",
    ),
    *("Swalayan Huma", "Konstruksi Penyang", "Pakan Ternak Kalampangan", "Laundry Bersih", "Ekspedisi Sabangau"),
)
POSITIONS = (
    *("Kasir", "Pramuniaga", "Sopir", "Operator Produksi", "Tukang Las", "Tukang Kayu", "Petugas Kebersihan", "Satpam"),
    *("Juru Masak", "Pelayan", "Admin Gudang", "Penjahit", "Mekanik", "Tenaga Panen", "Kurir", "Montir Alat Berat"),
)


def _pools(texts: dict[str, str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all words of all ethnicities in one array, with each ethnicity's first word and number of words."""
    lists = [texts.get(ethnicity, "").split() for ethnicity in ETHNICITIES]
    lengths = np.array([len(words) for words in lists])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return np.array([word for words in lists for word in words], dtype=object), starts, lengths


def _draw(rng: np.random.Generator, texts: dict[str, str], ethnicity: np.ndarray) -> pl.Series:
    words, starts, lengths = _pools(texts)
    # The square makes some names common and others rare, as names are.
    place = (rng.random(len(ethnicity)) ** 1.6 * lengths[ethnicity]).astype(int)
    chosen = pl.Series(words)[np.where(lengths[ethnicity] > 0, starts[ethnicity] + place, 0)]
    return pl.select(pl.when(pl.lit(pl.Series(lengths[ethnicity] > 0))).then(pl.lit(chosen))).to_series()


def full_names(rng: np.random.Generator, ethnicity: np.ndarray, female: np.ndarray) -> pl.Series:
    """Draw one full name a person, without titles.

    Args:
        rng: Where chance comes from.
        ethnicity: Index into ETHNICITIES, a person each; shared in a family.
        female: Whether the person is a woman.
    """
    size = len(ethnicity)
    shares = np.array([_SECOND_SHARE[name] for name in ETHNICITIES])[ethnicity]
    last_shares = np.array([_LAST_SHARE.get(name, 0.0) for name in ETHNICITIES])[ethnicity]
    frame = pl.DataFrame(
        {
            "female": female,
            "his": _draw(rng, _MALE, ethnicity),
            "hers": _draw(rng, _FEMALE, ethnicity),
            "second": _draw(rng, _SECOND, ethnicity),
            "last": _draw(rng, _LAST, ethnicity),
            "has_second": rng.random(size) < shares,
            "has_last": rng.random(size) < last_shares,
        }
    )
    given = pl.when("female").then("hers").otherwise("his")
    second = pl.when(pl.col("has_second") & (pl.col("second") != given)).then("second")
    last = pl.when("has_last").then("last")
    return frame.select(pl.concat_str(given, second, last, separator=" ", ignore_nulls=True)).to_series()
