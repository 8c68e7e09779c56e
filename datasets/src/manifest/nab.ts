import type { DataSet } from "./data-set.js";

const TAG = "v1.1";

const SERIES: Readonly<Record<string, readonly string[]>> = {
  artificialNoAnomaly: [
    "art_daily_no_noise",
    "art_daily_perfect_square_wave",
    "art_daily_small_noise",
    "art_flatline",
    "art_noisy",
  ],
  artificialWithAnomaly: [
    "art_daily_flatmiddle",
    "art_daily_jumpsdown",
    "art_daily_jumpsup",
    "art_daily_nojump",
    "art_increase_spike_density",
    "art_load_balancer_spikes",
  ],
  realAWSCloudwatch: [
    "ec2_cpu_utilization_24ae8d",
    "ec2_cpu_utilization_53ea38",
    "ec2_cpu_utilization_5f5533",
    "ec2_cpu_utilization_77c1ca",
    "ec2_cpu_utilization_825cc2",
    "ec2_cpu_utilization_ac20cd",
    "ec2_cpu_utilization_c6585a",
    "ec2_cpu_utilization_fe7f93",
    "ec2_disk_write_bytes_1ef3de",
    "ec2_disk_write_bytes_c0d644",
    "ec2_network_in_257a54",
    "ec2_network_in_5abac7",
    "elb_request_count_8c0756",
    "grok_asg_anomaly",
    "iio_us-east-1_i-a2eb1cd9_NetworkIn",
    "rds_cpu_utilization_cc0c53",
    "rds_cpu_utilization_e47b3b",
  ],
  realAdExchange: [
    "exchange-2_cpc_results",
    "exchange-2_cpm_results",
    "exchange-3_cpc_results",
    "exchange-3_cpm_results",
    "exchange-4_cpc_results",
    "exchange-4_cpm_results",
  ],
  realKnownCause: [
    "ambient_temperature_system_failure",
    "cpu_utilization_asg_misconfiguration",
    "ec2_request_latency_system_failure",
    "machine_temperature_system_failure",
    "nyc_taxi",
    "rogue_agent_key_hold",
    "rogue_agent_key_updown",
  ],
  realTraffic: [
    "TravelTime_387",
    "TravelTime_451",
    "occupancy_6005",
    "occupancy_t4013",
    "speed_6005",
    "speed_7578",
    "speed_t4013",
  ],
  realTweets: ["AAPL", "AMZN", "CRM", "CVS", "FB", "GOOG", "IBM", "KO", "PFE", "UPS"].map(
    (name) => `Twitter_volume_${name}`,
  ),
};

const PATHS = [
  ...Object.entries(SERIES).flatMap(([folder, names]) => names.map((name) => `data/${folder}/${name}.csv`)),
  "labels/combined_windows.json",
  "labels/combined_labels.json",
];

/** The Numenta Anomaly Benchmark. */
export const nab: DataSet = {
  name: "nab",
  aliases: [],
  title: "Numenta Anomaly Benchmark 1.1",
  summary: "58 series of one value, most of them real: machines, advertising, traffic, tweets; and made-up ones.",
  home: "https://github.com/numenta/NAB",
  licence: { name: "MIT", address: "https://github.com/numenta/NAB/blob/master/LICENSE.txt" },
  columns: "timestamp, value",
  label:
    "labels/combined_windows.json: for each file the windows, first and last time, in which an anomaly has to be found; combined_labels.json: the moments themselves.",
  traps: [
    "the files themselves have no label column",
    "the first 15 % of each series (at most 750 rows) are not judged",
  ],
  files: PATHS.map((path) => ({
    path,
    bytes: null,
    sha256: null,
    address: `https://raw.githubusercontent.com/numenta/NAB/${TAG}/${path}`,
  })),
};
