// The peer: two calls of Zin (help, an exam result) and the choice of a language, by ussd-menu-builder behind Express.
//
// It is written as the README of ussd-menu-builder shows, in the form of Africa's Talking, with two differences. Each
// request has a menu of its own: a shared one holds the state of one request, so that callers who come at the same
// time get each other's answers. And sessions are in Redis, through ioredis: read once a request, with a new expiry,
// and written only when a state stores something; ioredis' automatic pipelines are off, which is faster here.
// Languages and results are in Redis too, where Zin asks SQL.
//
// bench/peer/__main__.py starts it with the texts of Zin's own screens, so that answers have the same length. Settings:
// PEER_PORT, PEER_REDIS (a socket), PEER_SCREENS (a JSON file), PEER_FIRST_NUMBER and PEER_CITIZENS (whose language is
// known).
'use strict';

const fs = require('fs');
const express = require('express');
const Redis = require('ioredis');
const UssdMenu = require('ussd-menu-builder');

const TTL_SECONDS = 180;
const LANGUAGES = { 1: 'fr', 2: 'fon', 3: 'yo', 4: 'bba' };
const { screens, results } = JSON.parse(fs.readFileSync(process.env.PEER_SCREENS, 'utf8'));
const redis = new Redis(process.env.PEER_REDIS, { db: 1 });

const languageOf = (phoneNumber) => `language:${phoneNumber}`;
const sessionOf = (sessionId) => `session:${sessionId}`;

function sessionsInRedis() {
    let values = {};
    return {
        start: async (sessionId) => {
            values = JSON.parse(await redis.getex(sessionOf(sessionId), 'EX', TTL_SECONDS)) || {};
        },
        end: (sessionId) => redis.del(sessionOf(sessionId)),
        set: (sessionId, key, value) => {
            values[key] = value;
            return redis.set(sessionOf(sessionId), JSON.stringify(values), 'EX', TTL_SECONDS);
        },
        get: async (sessionId, key) => values[key],
    };
}

function buildMenu() {
    const menu = new UssdMenu();
    menu.sessionConfig(sessionsInRedis());
    const show = (name) => () => menu.con(screens[name]);
    // The first input of a first-time caller is the language, of others the choice on the first screen.
    const afterStart = (state) => () => menu.session.get('first').then((first) => (first ? 'language' : state));

    menu.startState({
        run: async () => {
            const language = await redis.get(languageOf(menu.args.phoneNumber));
            await menu.session.set(language ? 'language' : 'first', language || true);
            menu.con(screens[language ? 'home' : 'languages']);
        },
        next: {
            1: afterStart('services'),
            2: afterStart('__start__'),
            3: afterStart('exams'),
            4: afterStart('__start__'),
            7: 'help',
        },
    });
    menu.state('language', {
        run: async () => {
            const language = LANGUAGES[menu.val];
            await Promise.all([
                redis.set(languageOf(menu.args.phoneNumber), language),
                menu.session.set('language', language),
            ]);
            menu.con(screens.home);
        },
        next: { 1: 'services', 3: 'exams', 7: 'help' },
    });
    menu.state('services', { run: show('services') });
    menu.state('help', { run: show('help') });
    menu.state('exams', { run: show('exams'), next: { 1: 'seat' } });
    menu.state('seat', {
        run: async () => {
            await menu.session.set('exam', 'bac-2026');
            menu.con(screens.seat);
        },
        next: { '*^[0-9A-Za-z]{3,16}$': 'result' },
    });
    menu.state('result', {
        run: async () => {
            const exam = await menu.session.get('exam');
            menu.con(await redis.hget(`results:${exam}`, menu.val) || screens.seat);
        },
    });
    return menu;
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/ussd', (request, response) => {
    const menu = buildMenu();
    menu.on('error', (error) => {
        console.error(error);
        response.status(500).end();
    });
    menu.run(request.body, (text) => response.send(text));
});

async function storeCitizensAndResults() {
    const first = Number(process.env.PEER_FIRST_NUMBER);
    const last = first + Number(process.env.PEER_CITIZENS);
    for (let number = first; number < last; number += 1000) {
        const phones = Array.from({ length: Math.min(1000, last - number) }, (_, n) => `+22901${number + n}`);
        await redis.mset(phones.flatMap((phone) => [languageOf(phone), 'fr']));
    }
    await redis.hset('results:bac-2026', results);
}

storeCitizensAndResults().then(() => app.listen(Number(process.env.PEER_PORT), '127.0.0.1', 1024));
